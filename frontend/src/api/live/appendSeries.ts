import type { EventOf, Metric, MetricList, Series, SeriesList } from "@/api/types";
import type { StepRange } from "../series";

type Logged = EventOf<"metrics.logged">;

/** What was logged of one key after `afterStep`; entries without a value are left out. */
function pointsAfter(logged: Logged, key: string, afterStep: number) {
  const row = logged.values[logged.keys.indexOf(key)] ?? [];
  const points: { step: number; time: number; value: number }[] = [];
  for (const [j, value] of row.entries()) {
    const step = logged.steps[j];
    const time = logged.times[j];
    if (value === null || step === undefined || time === undefined || step <= afterStep) continue;
    points.push({ step, time, value });
  }
  return points.sort((a, b) => a.step - b.step);
}

/** The curve with the new points at its end. Applying the same event twice changes nothing. */
export function appendToSeries(series: Series, logged: Logged, range: StepRange = {}): Series {
  const added = pointsAfter(logged, series.key, series.steps.at(-1) ?? -1).filter(
    ({ step }) => step >= (range.from ?? 0) && step <= (range.to ?? Infinity),
  );
  if (added.length === 0) return series;
  const values = added.map(({ value }) => value);
  return {
    ...series,
    n_points: series.n_points + added.length,
    steps: [...series.steps, ...added.map(({ step }) => step)],
    times: [...series.times, ...added.map(({ time }) => time)],
    mean: [...series.mean, ...values],
    min: [...series.min, ...values],
    max: [...series.max, ...values],
    count: [...series.count, ...added.map(() => 1)],
  };
}

/** Appends to every curve of an answer; a key that had no curve yet gets one when it was asked for. */
export function appendToSeriesList(
  list: SeriesList,
  logged: Logged,
  runId: number,
  keys: readonly string[],
  range: StepRange = {},
): SeriesList {
  const known = new Set(list.series.map(({ key }) => key));
  const empty = keys.filter((key) => !known.has(key) && logged.keys.includes(key));
  const next = [...list.series, ...empty.map((key) => emptySeries(runId, key))].map((series) =>
    appendToSeries(series, logged, range),
  );
  const changed = next.filter((series, i) => series !== list.series[i] && series.steps.length > 0);
  return changed.length === 0 ? list : { series: next.filter((series) => series.steps.length > 0) };
}

function emptySeries(runId: number, key: string): Series {
  const columns = { steps: [], times: [], mean: [], min: [], max: [], count: [] };
  return { run_id: runId, key, n_points: 0, bucketed: false, ...columns };
}

export function appendToMetricList(list: MetricList, logged: Logged): MetricList {
  const byKey = new Map(list.items.map((metric) => [metric.key, metric]));
  let changed = false;
  for (const key of logged.keys) {
    const metric = byKey.get(key);
    const points = pointsAfter(logged, key, metric?.step ?? -1);
    const first = points[0];
    const last = points.at(-1);
    if (!first || !last) continue;
    const before: Metric = metric ?? {
      key,
      step: -1,
      value: null,
      first_step: first.step,
      first_value: first.value,
      n_points: 0,
    };
    byKey.set(key, {
      ...before,
      step: last.step,
      value: last.value,
      n_points: before.n_points + points.length,
    });
    changed = true;
  }
  return changed ? { items: [...byKey.values()] } : list;
}
