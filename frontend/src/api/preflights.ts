import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { http, unwrap } from "./http";
import { isFinished } from "./runState";
import type { components } from "./schema.gen";
import type { DatasetVersion, Preflight, RunSpec } from "./types";

type Schemas = components["schemas"];
export type PreflightAsked = Schemas["PreflightOptions-Input"];
export type FilterBody = Schemas["FilterRequest"];

const POLL_MS = 1000;

export const preflightKey = (runId: number) => ["preflight", runId] as const;
/** The pre-flights that speak for a spec lie under this key. */
export const NEWEST_PREFLIGHTS = ["preflight-newest"] as const;

/** Asked again every second until it has ended and its result is there. */
export function preflightOptions(runId: number) {
  return queryOptions({
    queryKey: preflightKey(runId),
    queryFn: ({ signal }) =>
      unwrap(http.GET("/api/v1/preflights/{run_id}", { params: { path: { run_id: runId } }, signal })),
    refetchInterval: ({ state: { data, error } }) => {
      if (data) return isFinished(data.state) ? false : POLL_MS;
      return error ? false : POLL_MS;
    },
  });
}

/** The newest pre-flight that speaks for the spec; null when there is none, or no spec. */
export function newestPreflightOptions(spec: RunSpec | null) {
  return queryOptions({
    queryKey: [...NEWEST_PREFLIGHTS, spec],
    queryFn: ({ signal }) =>
      spec === null ? null : unwrap(http.POST("/api/v1/preflights/newest", { body: spec, signal })),
    gcTime: 60_000,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => (!data || isFinished(data.state) ? false : POLL_MS),
  });
}

export function startPreflight(spec: RunSpec, options: PreflightAsked): Promise<Preflight> {
  return unwrap(http.POST("/api/v1/preflights", { body: { spec, options } }));
}

/** A new data set of the rows whose pass rate lies within the band; it is ready when its state says so. */
export function keepBand(runId: number, body: FilterBody): Promise<DatasetVersion> {
  return unwrap(
    http.POST("/api/v1/preflights/{run_id}/filter", { params: { path: { run_id: runId } }, body }),
  );
}
