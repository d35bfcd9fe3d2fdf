import { numberParam } from "@/lib/search";

export interface PreflightSearch {
  /** Pass rates of the rows that are shown and kept, in percent. */
  from?: number;
  to?: number;
}

const PERCENT = { min: 0, max: 100 };

export function validatePreflightSearch(search: Record<string, unknown>): PreflightSearch {
  const from = numberParam(search.from, PERCENT);
  const to = numberParam(search.to, PERCENT);
  return {
    ...(from !== undefined ? { from } : {}),
    ...(to !== undefined ? { to } : {}),
  };
}
