import { RUN_STATES } from "@/api/runState";
import type { RunFilter } from "@/api/runs";
import { choiceParam, choicesParam, textParam } from "@/lib/search";

export const SORT_COLUMNS = ["created_at", "name", "experiment", "state", "step"] as const;
export type SortColumn = (typeof SORT_COLUMNS)[number];

const SORTS = SORT_COLUMNS.flatMap((column) => [column, `-${column}`] as const);
export type RunSort = (typeof SORTS)[number];
export const DEFAULT_SORT: RunSort = "-created_at";

export type RunsSearch = Omit<RunFilter, "sort"> & { sort?: RunSort };

/** Filters of the run list as they stand in the URL; what makes no sense there is dropped. */
export function validateRunsSearch(search: Record<string, unknown>): RunsSearch {
  const state = choicesParam(search.state, RUN_STATES);
  const experiment = textParam(search.experiment);
  const tag = textParam(search.tag);
  const q = textParam(search.q);
  const sort = choiceParam(search.sort, SORTS);
  return {
    ...(state ? { state } : {}),
    ...(experiment ? { experiment } : {}),
    ...(tag ? { tag } : {}),
    ...(q ? { q } : {}),
    ...(sort && sort !== DEFAULT_SORT ? { sort } : {}),
  };
}

export function sortedBy(sort: RunSort): { column: SortColumn; descending: boolean } {
  const descending = sort.startsWith("-");
  const column = SORT_COLUMNS.find((name) => name === sort.replace(/^-/, "")) ?? "created_at";
  return { column, descending };
}

/** The sort after a click on a column: its natural direction first, then the other one. */
export function nextSort(sort: RunSort, column: SortColumn): RunSort {
  const now = sortedBy(sort);
  const startsDescending = column === "created_at" || column === "step";
  const descending = now.column === column ? !now.descending : startsDescending;
  return descending ? `-${column}` : column;
}
