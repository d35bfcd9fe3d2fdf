import { flagParam, intParam } from "@/lib/search";

export interface RescoreSearch {
  /** The re-scoring that is shown; the newest one when none is named. */
  id?: number;
  /** Only rollouts whose advantage changed its sign. */
  flipped?: true;
}

export function validateRescoreSearch(search: Record<string, unknown>): RescoreSearch {
  const id = intParam(search.id, { min: 1 });
  const flipped = flagParam(search.flipped);
  return { ...(id !== undefined ? { id } : {}), ...(flipped ? { flipped } : {}) };
}
