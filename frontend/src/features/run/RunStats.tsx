import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { isActive } from "@/api/runState";
import { metricsOptions, seriesOptions } from "@/api/series";
import type { Metric, Run, Series } from "@/api/types";
import { RunProgress } from "@/components/RunProgress";
import { Sparkline } from "@/components/Sparkline";
import { formatDuration, formatFixed, formatPercent, MISSING } from "@/lib/format";
import classes from "./RunStats.module.css";

/** Steps that the pace is measured over. */
const RECENT_STEPS = 20;

/** Seconds a step, over the newest steps; evaluations and checkpoints in between count, as they will again. */
export function secondsPerStep(series: Pick<Series, "steps" | "times"> | undefined): number | null {
  const last = (series?.steps.length ?? 0) - 1;
  const first = Math.max(0, last - RECENT_STEPS);
  const [fromStep, toStep] = [series?.steps[first], series?.steps[last]];
  const [fromTime, toTime] = [series?.times[first], series?.times[last]];
  if (fromStep === undefined || toStep === undefined || fromTime === undefined || toTime === undefined)
    return null;
  return toStep > fromStep && toTime > fromTime ? (toTime - fromTime) / (toStep - fromStep) : null;
}

export function RunStats({ run }: { run: Run }) {
  const metrics = useQuery(metricsOptions(run.id));
  const rewards = useQuery(seriesOptions(run.id, ["reward"]));
  const byKey = new Map(metrics.data?.items.map((metric) => [metric.key, metric]));
  const pace = secondsPerStep(rewards.data?.series[0]);
  const left = run.max_steps ? run.max_steps - run.step : null;
  const running = isActive(run.state) && run.requested === null;

  return (
    <dl className={classes.stats}>
      <Stat label="Step" wide>
        <RunProgress run={run} />
      </Stat>
      <Stat label="Reward">
        <span className={classes.value}>{formatFixed(run.latest.reward, 3)}</span>
        <Sparkline values={run.sparkline} label="Reward over the run" width={72} height={20} />
      </Stat>
      <Stat label="Held-out accuracy">
        <Change metric={byKey.get("eval/heldout/accuracy")} format={(value) => formatPercent(value)} />
      </Stat>
      <Stat label="Length, tokens">
        <Change metric={byKey.get("completions/mean_length")} format={(value) => formatFixed(value, 1)} />
      </Stat>
      <Stat label="A step">
        <span className={classes.value}>{formatDuration(pace)}</span>
      </Stat>
      {running && (
        <Stat label="Left">
          <span className={classes.value} data-testid="eta">
            {pace !== null && left !== null ? `≈ ${formatDuration(pace * left)}` : MISSING}
          </span>
        </Stat>
      )}
    </dl>
  );
}

function Stat({ label, wide, children }: { label: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={classes.stat} data-wide={wide}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** First value → newest value. */
function Change({
  metric,
  format,
}: {
  metric: Metric | undefined;
  format: (value: number | null) => string;
}) {
  if (!metric) return <span className={classes.value}>{MISSING}</span>;
  return (
    <span className={classes.value}>
      {metric.n_points > 1 && <span className={classes.before}>{format(metric.first_value)} → </span>}
      {format(metric.value)}
    </span>
  );
}
