import { choiceParam, intParam, textParam } from "@/lib/search";

export const TABS = ["rows", "statistics", "findings", "source"] as const;
export type Tab = (typeof TABS)[number];

export interface DatasetSearch {
  tab?: Tab;
  version?: number;
  split?: string;
  /** First row of the page. */
  offset?: number;
  /** The open row, by its place in the split. */
  row?: number;
  q?: string;
}

export function validateDatasetSearch(search: Record<string, unknown>): DatasetSearch {
  const tab = choiceParam(search.tab, TABS);
  const version = intParam(search.version, { min: 1 });
  const split = textParam(search.split);
  const offset = intParam(search.offset);
  const row = intParam(search.row);
  const q = textParam(search.q);
  return {
    ...(tab ? { tab } : {}),
    ...(version !== undefined ? { version } : {}),
    ...(split ? { split } : {}),
    ...(offset ? { offset } : {}),
    ...(row !== undefined ? { row } : {}),
    ...(q ? { q } : {}),
  };
}

export const SOURCES = ["upload", "path", "hub", "reasoning_gym", "synthetic"] as const;
export type SourceKind = (typeof SOURCES)[number];

export interface NewDatasetSearch {
  source?: SourceKind;
  /** Name of the data set that gets a new version. */
  name?: string;
  /** Task of a generator. */
  task?: string;
}

export function validateNewDatasetSearch(search: Record<string, unknown>): NewDatasetSearch {
  const source = choiceParam(search.source, SOURCES);
  const name = textParam(search.name);
  const task = textParam(search.task);
  return { ...(source ? { source } : {}), ...(name ? { name } : {}), ...(task ? { task } : {}) };
}
