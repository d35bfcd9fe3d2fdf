import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { http, unwrap } from "./http";
import type { components } from "./schema.gen";
import type { DatasetVersion } from "./types";

type Schemas = components["schemas"];
export type Source = Schemas["Source-Input"];
export type StoredSource = Schemas["Source-Output"];
export type MappingIn = Schemas["Mapping-Input"];
export type DatasetCreateIn = Schemas["DatasetCreate"];
export type PreviewRequestIn = Schemas["PreviewRequest"];

const POLL_MS = 500;

export const datasetsKey = ["datasets"] as const;

export const datasetsOptions = queryOptions({
  queryKey: datasetsKey,
  queryFn: ({ signal }) => unwrap(http.GET("/api/v1/datasets", { signal })),
  refetchInterval: ({ state }) =>
    state.data?.items.some(({ newest }) => newest.state === "importing") ? POLL_MS : false,
});

export function datasetOptions(datasetId: number) {
  return queryOptions({
    queryKey: [...datasetsKey, datasetId],
    queryFn: ({ signal }) =>
      unwrap(
        http.GET("/api/v1/datasets/{dataset_id}", { params: { path: { dataset_id: datasetId } }, signal }),
      ),
    refetchInterval: ({ state }) =>
      state.data?.versions.some((version) => version.state === "importing") ? POLL_MS : false,
  });
}

export function rowsOptions(versionId: number, split: string, offset: number, limit: number, q?: string) {
  return queryOptions({
    queryKey: ["dataset-rows", versionId, split, offset, limit, q],
    queryFn: ({ signal }) =>
      unwrap(
        http.GET("/api/v1/dataset-versions/{version_id}/rows", {
          params: { path: { version_id: versionId }, query: { split, offset, limit, q } },
          signal,
        }),
      ),
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
}

export const generatorsOptions = queryOptions({
  queryKey: ["generators"],
  queryFn: ({ signal }) => unwrap(http.GET("/api/v1/generators", { signal })),
  staleTime: Infinity,
});

export function previewOptions(request: PreviewRequestIn) {
  return queryOptions({
    queryKey: ["import-preview", request],
    queryFn: ({ signal }) => unwrap(http.POST("/api/v1/imports/preview", { body: request, signal })),
    staleTime: Infinity,
    retry: false,
    placeholderData: keepPreviousData,
  });
}

export function createDataset(body: DatasetCreateIn): Promise<DatasetVersion> {
  return unwrap(http.POST("/api/v1/datasets", { body }));
}

export function cancelImport(versionId: number): Promise<DatasetVersion> {
  return unwrap(
    http.POST("/api/v1/dataset-versions/{version_id}/cancel", {
      params: { path: { version_id: versionId } },
    }),
  );
}

export async function deleteVersion(versionId: number): Promise<void> {
  await unwrap(
    http
      .DELETE("/api/v1/dataset-versions/{version_id}", { params: { path: { version_id: versionId } } })
      .then((answer) => ({ ...answer, data: answer.response.ok ? true : undefined })),
  );
}

export function exportUrl(versionId: number, split?: string): string {
  return `/api/v1/dataset-versions/${versionId}/export${split ? `?split=${encodeURIComponent(split)}` : ""}`;
}
