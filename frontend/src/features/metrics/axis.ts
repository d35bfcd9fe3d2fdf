import type { Series } from "@/api/types";
import { nearestIndex } from "@/lib/numbers";

/** What the x axis counts: steps, or wall time since the run's first point. */
export interface XAxis {
  unit: string;
  of: (series: Series, i: number) => number;
}

export const STEP_AXIS: XAxis = { unit: "step", of: (series, i) => series.steps[i] ?? 0 };

/** Seconds, minutes or hours, whichever suits the span. */
export function timeAxis(startTime: number, endTime: number): XAxis {
  const span = endTime - startTime;
  const [unit, seconds] = span > 3 * 3600 ? ["h", 3600] : span > 180 ? ["min", 60] : ["s", 1];
  return { unit, of: (series, i) => ((series.times[i] ?? startTime) - startTime) / seconds };
}

/** Index of the point of a series that lies closest to x on the axis, -1 without points. */
export function pointAt(series: Series, axis: XAxis, x: number): number {
  return nearestIndex(
    series.steps.map((_, i) => axis.of(series, i)),
    x,
  );
}

/** Where the axis starts and ends for these series; a single point gets room on both sides. */
export function extent(list: readonly Series[], axis: XAxis): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const series of list) {
    if (series.steps.length === 0) continue;
    low = Math.min(low, axis.of(series, 0));
    high = Math.max(high, axis.of(series, series.steps.length - 1));
  }
  if (low > high) return [0, 1];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}
