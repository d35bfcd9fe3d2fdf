import type { PreflightResult } from "@/api/types";
import { formatDuration, formatPercent } from "@/lib/format";
import classes from "./StepTimeBar.module.css";

const PARTS = [
  { id: "generation", seconds: "generate_s", title: "generation" },
  { id: "rewards", seconds: "reward_s", title: "rewards" },
  { id: "update", seconds: "update_s", title: "update" },
  { id: "other", seconds: "other_s", title: "other" },
] as const satisfies readonly {
  id: PreflightResult["bottleneck"];
  seconds: keyof PreflightResult["parts"];
  title: string;
}[];

type Props = Pick<PreflightResult, "parts" | "bottleneck" | "step_time_s">;

/** Where the seconds of a step go. */
export function StepTimeBar({ parts, bottleneck, step_time_s }: Props) {
  const total = PARTS.reduce((sum, { seconds }) => sum + parts[seconds], 0) || 1;
  const slowest = PARTS.find(({ id }) => id === bottleneck);
  return (
    <div className={classes.split}>
      <p className={classes.text}>
        A step takes <b className="num">{formatDuration(step_time_s)}</b>
        {slowest && (
          <>
            , most of it{" "}
            <b data-testid="bottleneck">
              {slowest.title} ({formatPercent(parts[slowest.seconds] / total, 0)})
            </b>
          </>
        )}
      </p>
      <div className={classes.bar} aria-hidden>
        {PARTS.map(({ id, seconds }) => (
          <span key={id} data-part={id} style={{ flexGrow: parts[seconds] / total }} />
        ))}
      </div>
      <ul className={classes.legend}>
        {PARTS.map(({ id, seconds, title }) => (
          <li key={id} data-part={id}>
            {title} <span className="num">{formatDuration(parts[seconds])}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
