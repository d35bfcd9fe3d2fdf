import { queryOptions } from "@tanstack/react-query";
import { http, unwrap } from "./http";
import { runKey } from "./runs";
import type { components } from "./schema.gen";
import type { Job, Rescore } from "./types";

export type RescoreBody = components["schemas"]["RescoreCreate-Input"];
export type Scale = NonNullable<RescoreBody["scale_rewards"]>;

const POLL_MS = 500;

export function isUnderWay({ state }: Pick<Job, "state">): boolean {
  return state === "queued" || state === "running";
}

export const rescoresKey = (runId: number) => [...runKey(runId), "rescores"] as const;

export function rescoresOptions(runId: number) {
  return queryOptions({
    queryKey: rescoresKey(runId),
    queryFn: ({ signal }) =>
      unwrap(http.GET("/api/v1/runs/{run_id}/rescores", { params: { path: { run_id: runId } }, signal })),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ job }) => isUnderWay(job)) ? 2 * POLL_MS : false,
  });
}

export function rescoreOptions(rescoreId: number) {
  return queryOptions({
    queryKey: ["rescore", rescoreId],
    queryFn: ({ signal }) =>
      unwrap(
        http.GET("/api/v1/rescores/{rescore_id}", { params: { path: { rescore_id: rescoreId } }, signal }),
      ),
    refetchInterval: ({ state }) => (state.data && !isUnderWay(state.data.job) ? false : POLL_MS),
  });
}

export function createRescore(runId: number, body: RescoreBody): Promise<Rescore> {
  return unwrap(http.POST("/api/v1/runs/{run_id}/rescores", { params: { path: { run_id: runId } }, body }));
}

/** Ends the work at once; what it has not finished is thrown away. */
export function cancelRescore(jobId: number): Promise<Job> {
  return unwrap(http.POST("/api/v1/jobs/{job_id}/cancel", { params: { path: { job_id: jobId } } }));
}
