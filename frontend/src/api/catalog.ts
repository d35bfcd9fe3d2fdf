import { queryOptions } from "@tanstack/react-query";
import type { JsonObject } from "@/lib/json";
import { http, unwrap } from "./http";

export const presetsOptions = queryOptions({
  queryKey: ["presets"],
  queryFn: ({ signal }) => unwrap(http.GET("/api/v1/presets", { signal })),
  staleTime: Infinity,
});

export const specSchemaOptions = queryOptions({
  queryKey: ["spec-schema"],
  queryFn: ({ signal }) => unwrap(http.GET("/api/v1/spec/schema", { signal })),
  staleTime: Infinity,
});

export const rewardsOptions = queryOptions({
  queryKey: ["rewards"],
  queryFn: ({ signal }) => unwrap(http.GET("/api/v1/rewards", { signal })),
  staleTime: Infinity,
});

export const modelsOptions = queryOptions({
  queryKey: ["models"],
  queryFn: ({ signal }) => unwrap(http.GET("/api/v1/models", { signal })),
});

export const datasetNamesOptions = queryOptions({
  queryKey: ["dataset-names"],
  queryFn: ({ signal }) => unwrap(http.GET("/api/v1/dataset-names", { signal })),
});

export const recipesOptions = queryOptions({
  queryKey: ["recipes"],
  queryFn: ({ signal }) => unwrap(http.GET("/api/v1/recipes", { signal })),
  staleTime: Infinity,
});

/** Data sets that a spec names by their content begin so. */
export const STORED_PREFIX = "dataset:";

/** The version that a spec means by `dataset:name@sha`, or the newest one by `dataset:name`. */
export function storedVersionOptions(reference: string) {
  return queryOptions({
    queryKey: ["stored-version", reference],
    queryFn: ({ signal }) =>
      unwrap(http.GET("/api/v1/dataset-versions", { params: { query: { reference } }, signal })),
    enabled: reference.startsWith(STORED_PREFIX),
    staleTime: 30_000,
  });
}

export const experimentsOptions = queryOptions({
  queryKey: ["experiments"],
  queryFn: ({ signal }) => unwrap(http.GET("/api/v1/experiments", { signal })),
});

export const workersOptions = queryOptions({
  queryKey: ["workers"],
  queryFn: ({ signal }) => unwrap(http.GET("/api/v1/workers", { signal })),
  refetchInterval: 5000,
});

export function validationOptions(spec: JsonObject) {
  return queryOptions({
    queryKey: ["validation", spec],
    queryFn: ({ signal }) => unwrap(http.POST("/api/v1/runs/validate", { body: spec, signal })),
    staleTime: 60_000,
    gcTime: 60_000,
  });
}
