import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { http, unwrap } from "./http";
import { runKey } from "./runs";

/** Steps in view, both inclusive; an open end follows the run. */
export interface StepRange {
  from?: number;
  to?: number;
}

export const seriesKey = (runId: number) => [...runKey(runId), "series"] as const;
export const metricsKey = (runId: number) => [...runKey(runId), "metrics"] as const;

/** At most this many points a curve are drawn; the server sends buckets beyond it. */
export const MAX_POINTS = 1000;

export function seriesOptions(runId: number, keys: readonly string[], range: StepRange = {}) {
  return queryOptions({
    queryKey: [...seriesKey(runId), { keys, range }],
    queryFn: ({ signal }) =>
      unwrap(
        http.GET("/api/v1/runs/{run_id}/series", {
          params: {
            path: { run_id: runId },
            query: {
              keys: [...keys],
              max_points: MAX_POINTS,
              ...(range.from === undefined ? {} : { from_step: range.from }),
              ...(range.to === undefined ? {} : { to_step: range.to }),
            },
          },
          signal,
        }),
      ),
    enabled: keys.length > 0,
    placeholderData: keepPreviousData,
  });
}

export function metricsOptions(runId: number) {
  return queryOptions({
    queryKey: metricsKey(runId),
    queryFn: ({ signal }) =>
      unwrap(http.GET("/api/v1/runs/{run_id}/metrics", { params: { path: { run_id: runId } }, signal })),
  });
}
