import { Tooltip } from "@mantine/core";
import clsx from "clsx";
import type { RewardScore } from "@/api/types";
import { Traceback } from "@/components/Traceback";
import { formatNumber } from "@/lib/format";
import classes from "./ScoreLine.module.css";
import { barOf, differs } from "./scores";

interface Props {
  /** Tells completions apart; null when there is only one. */
  label: string | null;
  score: RewardScore;
  /** What the run recorded; undefined when there is nothing to compare with. */
  recorded: number | null | undefined;
}

/** What one reward says of one completion: how much of how much, what it read, and why. */
export function ScoreLine({ label, score, recorded }: Props) {
  const { parsed, why, reason, traceback } = score;
  return (
    <div className={classes.line} data-testid="score-line" data-reward={score.name}>
      <div className={classes.top}>
        {label && <span className={classes.label}>{label}</span>}
        <ScoreBar score={score} />
        <b className={clsx(classes.value, score.score === null && classes.undecided)} data-testid="score">
          {score.score === null ? "none" : formatNumber(score.score)}
          {score.score !== null && score.maximum !== null && (
            <span className={classes.maximum}> of {formatNumber(score.maximum)}</span>
          )}
        </b>
        {recorded !== undefined && <Recorded recorded={recorded} now={score.score} />}
        <span className={classes.time} data-slow={score.timed_out || undefined}>
          {score.timed_out ? "timed out" : formatMilliseconds(score.seconds)}
        </span>
      </div>
      {(parsed !== null || why) && (
        <p className={classes.why}>
          {parsed !== null && (
            <>
              read <code className={classes.parsed}>{parsed === "" ? "(empty)" : parsed}</code>{" "}
            </>
          )}
          {why}
        </p>
      )}
      {reason && <p className={classes.reason}>{reason}</p>}
      {traceback && <Traceback text={traceback} />}
    </div>
  );
}

function ScoreBar({ score: { score, maximum } }: { score: RewardScore }) {
  if (score === null) return <span className={classes.bar} data-undecided />;
  const { from, to, tone } = barOf(score, maximum);
  return (
    <span className={classes.bar} data-tone={tone}>
      <i style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }} />
    </span>
  );
}

function Recorded({ recorded, now }: { recorded: number | null; now: number | null }) {
  const isOther = differs(recorded, now);
  return (
    <Tooltip label={isOther ? "The run recorded another score" : "The run recorded the same score"}>
      <span className={classes.recorded} data-differs={isOther || undefined}>
        recorded {recorded === null ? "none" : formatNumber(recorded)}
      </span>
    </Tooltip>
  );
}

function formatMilliseconds(seconds: number): string {
  const ms = seconds * 1000;
  return ms < 0.1 ? "< 0.1 ms" : `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
}
