import { Loader, Tooltip } from "@mantine/core";
import { ShieldCheck } from "lucide-react";
import type { ScoreRead } from "@/api/types";
import { formatFixed, formatNumber, formatSigned } from "@/lib/format";
import { highestTotal } from "./scores";
import classes from "./Totals.module.css";

interface Props {
  scores: ScoreRead | undefined;
  isBusy: boolean;
}

/** The weighted sum of each completion, and what the loss would multiply it with. */
export function Totals({ scores, isBusy }: Props) {
  const samples = scores?.samples ?? [];
  const highest = highestTotal(samples[0]?.rewards ?? []);
  return (
    <div className={classes.totals} aria-live="polite" aria-busy={isBusy} data-testid="totals">
      <span className={classes.title}>
        Reward
        {highest !== null && samples.length > 0 && (
          <span className={classes.highest}> of {formatNumber(highest)}</span>
        )}
      </span>
      {samples.length === 0 && <span className="muted">–</span>}
      {samples.map(({ reward, advantage }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a completion is its place
        <span key={i} className={classes.sample}>
          {samples.length > 1 && <span className={classes.index}>#{i + 1}</span>}
          <b data-testid="total-reward">{formatFixed(reward, 2)}</b>
          {advantage !== null && (
            <Tooltip label="Advantage among these completions, divided by their standard deviation">
              <span
                className={classes.advantage}
                data-sign={advantage > 0 ? "up" : advantage < 0 ? "down" : "none"}
                data-testid="total-advantage"
              >
                {formatSigned(advantage)}
              </span>
            </Tooltip>
          )}
        </span>
      ))}
      <span className={classes.busy}>{isBusy && <Loader size={12} aria-label="Scoring" />}</span>
    </div>
  );
}

/** Which protections the reward processes run under. */
export function Isolation({ isolation }: { isolation: readonly string[] }) {
  return (
    <p className={classes.isolation} data-testid="isolation">
      <ShieldCheck size={13} aria-hidden />
      Isolation: {["processes of their own", ...isolation].join(" · ")}
    </p>
  );
}
