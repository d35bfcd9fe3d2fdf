import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { http, unwrap } from "./http";
import { runKey } from "./runs";
import type { GroupSort, Mode } from "./types";

export const rolloutStepsKey = (runId: number, mode: Mode) =>
  [...runKey(runId), "rollout-steps", mode] as const;
export const groupsKey = (runId: number, mode: Mode, step: number) =>
  [...runKey(runId), "groups", mode, step] as const;

export function rolloutStepsOptions(runId: number, mode: Mode) {
  return queryOptions({
    queryKey: rolloutStepsKey(runId, mode),
    queryFn: ({ signal }) =>
      unwrap(
        http.GET("/api/v1/runs/{run_id}/rollout-steps", {
          params: { path: { run_id: runId }, query: { mode } },
          signal,
        }),
      ),
  });
}

export function groupsOptions(runId: number, mode: Mode, step: number, sort: GroupSort) {
  return infiniteQueryOptions({
    queryKey: [...groupsKey(runId, mode, step), sort],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        http.GET("/api/v1/runs/{run_id}/groups", {
          params: {
            path: { run_id: runId },
            query: { mode, step, sort, limit: 32, ...(pageParam === null ? {} : { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: firstPage(),
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
}

function firstPage(): string | null {
  return null;
}

export function rolloutOptions(rolloutId: number) {
  return queryOptions({
    queryKey: ["rollout", rolloutId],
    queryFn: ({ signal }) =>
      unwrap(
        http.GET("/api/v1/rollouts/{rollout_id}", { params: { path: { rollout_id: rolloutId } }, signal }),
      ),
    staleTime: Infinity,
  });
}
