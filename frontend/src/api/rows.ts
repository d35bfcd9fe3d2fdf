/** One row of a stored data set at a time, and the way to it. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { http, unwrap } from "./http";

export const datasetChoicesOptions = queryOptions({
  queryKey: ["row-choices", "datasets"],
  queryFn: ({ signal }) => unwrap(http.GET("/api/v1/datasets", { signal })),
});

export function versionChoicesOptions(datasetId: number) {
  return queryOptions({
    queryKey: ["row-choices", "versions", datasetId],
    queryFn: ({ signal }) =>
      unwrap(
        http.GET("/api/v1/datasets/{dataset_id}", { params: { path: { dataset_id: datasetId } }, signal }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function versionChoiceOptions(versionId: number) {
  return queryOptions({
    queryKey: ["row-choices", "version", versionId],
    queryFn: ({ signal }) =>
      unwrap(
        http.GET("/api/v1/dataset-versions/{version_id}", {
          params: { path: { version_id: versionId } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** A page of one row; rows of a version never change. */
export function rowOptions(versionId: number, split: string, row: number) {
  return queryOptions({
    queryKey: ["row-choices", "row", versionId, split, row],
    queryFn: ({ signal }) =>
      unwrap(
        http.GET("/api/v1/dataset-versions/{version_id}/rows", {
          params: { path: { version_id: versionId }, query: { split, offset: row, limit: 1 } },
          signal,
        }),
      ),
    staleTime: Infinity,
  });
}
