import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { http, unwrap } from "./http";
import type { Request, RunDetail, RunSort, RunSpec, RunState, RunUpdate } from "./types";

export interface RunFilter {
  state?: RunState[];
  experiment?: string;
  tag?: string;
  q?: string;
  sort?: RunSort;
}

export const RUN_LISTS = ["runs", "list"] as const;
/** Everything of one run lies under this key. */
export const runKey = (runId: number) => ["run", runId] as const;

export function runListOptions(filter: RunFilter) {
  return infiniteQueryOptions({
    queryKey: [...RUN_LISTS, filter],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        http.GET("/api/v1/runs", {
          params: { query: { ...filter, limit: 50, ...(pageParam === null ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: startCursor(),
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
}

function startCursor(): string | null {
  return null;
}

export function runOptions(runId: number) {
  return queryOptions({
    queryKey: [...runKey(runId), "detail"],
    queryFn: ({ signal }) =>
      unwrap(http.GET("/api/v1/runs/{run_id}", { params: { path: { run_id: runId } }, signal })),
  });
}

export function attemptsOptions(runId: number) {
  return queryOptions({
    queryKey: [...runKey(runId), "attempts"],
    queryFn: ({ signal }) =>
      unwrap(http.GET("/api/v1/runs/{run_id}/attempts", { params: { path: { run_id: runId } }, signal })),
  });
}

export function checkpointsOptions(runId: number) {
  return queryOptions({
    queryKey: [...runKey(runId), "checkpoints"],
    queryFn: ({ signal }) =>
      unwrap(http.GET("/api/v1/runs/{run_id}/checkpoints", { params: { path: { run_id: runId } }, signal })),
  });
}

export type RunAction = Request | "resume";

const ACTION_PATHS = {
  stop: "/api/v1/runs/{run_id}/stop",
  cancel: "/api/v1/runs/{run_id}/cancel",
  pause: "/api/v1/runs/{run_id}/pause",
  resume: "/api/v1/runs/{run_id}/resume",
} as const;

export function actOnRun(runId: number, action: RunAction): Promise<RunDetail> {
  return unwrap(http.POST(ACTION_PATHS[action], { params: { path: { run_id: runId } } }));
}

export function updateRun(runId: number, body: RunUpdate): Promise<RunDetail> {
  return unwrap(http.PATCH("/api/v1/runs/{run_id}", { params: { path: { run_id: runId } }, body }));
}

/** The key makes a repeated click, or a retry after a lost answer, launch one run only. */
export function launchRun(spec: RunSpec, idempotencyKey: string): Promise<RunDetail> {
  return unwrap(
    http.POST("/api/v1/runs", { body: spec, params: { header: { "idempotency-key": idempotencyKey } } }),
  );
}
