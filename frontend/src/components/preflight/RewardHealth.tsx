import type { PreflightResult } from "@/api/types";
import { formatDuration, formatFixed, formatNumber, formatPercent } from "@/lib/format";
import classes from "./RewardHealth.module.css";

/** How each reward behaved: its scores, how often it had none and why, and how long it took. */
export function RewardHealth({ rewards }: Pick<PreflightResult, "rewards">) {
  return (
    <ul className={classes.list} aria-label="Rewards">
      {rewards.map(({ name, mean, std, none_frac, timeout_frac, p50_latency_s, p95_latency_s, reason }) => (
        <li key={name}>
          <code className="mono">{name}</code>
          <span className="num" title="Mean and standard deviation of the scores">
            {formatFixed(mean, 2)} <span className="muted">± {formatFixed(std, 2)}</span>
          </span>
          <span className={classes.detail}>
            <span data-bad={none_frac > 0 || undefined}>{formatPercent(none_frac)} none</span>
            {timeout_frac > 0 && <span data-bad>{formatPercent(timeout_frac)} timed out</span>}
            <span title="Median and 95th percentile of the time for one score">
              {latency(p50_latency_s)}, p95 {latency(p95_latency_s)}
            </span>
          </span>
          {reason && <span className={classes.reason}>{reason}</span>}
        </li>
      ))}
    </ul>
  );
}

/** Cheap rewards take microseconds. */
function latency(seconds: number): string {
  return seconds < 0.001 ? `${formatNumber(seconds * 1e6, 2)} µs` : formatDuration(seconds);
}
