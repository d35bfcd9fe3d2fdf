import { flagParam, intParam, numberParam, textParam } from "@/lib/search";

export interface OverviewSearch {
  /** Weight of the exponential moving average, 0 to 0.99. */
  smooth?: number;
  log?: true;
  /** Wall time instead of steps on the x axis. */
  time?: true;
  from?: number;
  to?: number;
  /** Text that the keys under "All metrics" contain. */
  metric?: string;
}

export const MAX_SMOOTHING = 0.99;

export function validateOverviewSearch(search: Record<string, unknown>): OverviewSearch {
  const smooth = numberParam(search.smooth, { min: 0, max: MAX_SMOOTHING });
  const log = flagParam(search.log);
  const time = flagParam(search.time);
  const from = intParam(search.from);
  const to = intParam(search.to);
  const metric = textParam(search.metric);
  const isRange = from !== undefined && to !== undefined && from < to;
  return {
    ...(smooth ? { smooth } : {}),
    ...(log ? { log } : {}),
    ...(time ? { time } : {}),
    ...(isRange ? { from, to } : {}),
    ...(metric ? { metric } : {}),
  };
}
