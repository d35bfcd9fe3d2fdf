import { isActive } from "@/api/runState";
import type { Run } from "@/api/types";
import { formatCount, formatPercent } from "@/lib/format";
import { ProgressBar } from "./ProgressBar";
import classes from "./RunProgress.module.css";

/** Step of max_steps; while no step finishes, what the training process is doing. */
export function RunProgress({ run }: { run: Run }) {
  const fraction = run.max_steps ? run.step / run.max_steps : null;
  const busy = isActive(run.state);
  const phase = busy && run.phase && run.phase !== "training" ? run.phase : null;
  return (
    <div className={classes.progress}>
      <div className={classes.line}>
        <span className="num">
          {formatCount(run.step)}
          <span className={classes.total}>
            {run.max_steps ? ` / ${formatCount(run.max_steps)}` : " steps"}
          </span>
        </span>
        {phase && (
          <span className={classes.phase}>
            {phase}
            {run.phase_fraction !== null && ` ${formatPercent(run.phase_fraction, 0)}`}
          </span>
        )}
      </div>
      {(fraction !== null || busy) && (
        <ProgressBar
          fraction={fraction}
          label={`Progress of ${run.name}`}
          tone={busy || run.state === "completed" ? "accent" : "muted"}
        />
      )}
    </div>
  );
}
