import type { Problem } from "@/api/problem";
import type { ScoreRead } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import classes from "./CustomPane.module.css";
import { ScoreLine } from "./ScoreLine";
import { Isolation } from "./Totals";

interface Props {
  scores: ScoreRead | undefined;
  problem: Problem | null;
}

/** What one reward makes of the sample on the left. */
export function LiveScores({ scores, problem }: Props) {
  if (problem) return <ProblemAlert problem={problem} />;
  if (!scores) return <p className={classes.hint}>Give a completion on the left to see its score here.</p>;
  const several = scores.samples.length > 1;
  return (
    <div className={classes.live} aria-live="polite">
      {scores.samples.map(({ rewards: [score] }, i) =>
        score ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a completion is its place
          <ScoreLine key={i} label={several ? `#${i + 1}` : null} score={score} recorded={undefined} />
        ) : null,
      )}
      <Isolation isolation={scores.isolation} />
    </div>
  );
}
