import { isFinished } from "@/api/runState";
import type { Preflight, PreflightResult } from "@/api/types";

export interface Shown {
  /** The pre-flight that is on its way. */
  underway: Preflight | null;
  /** The one that ended without a result, when no newer one has one. */
  failed: Preflight | null;
  /** The one whose result is shown. */
  done: { runId: number; result: PreflightResult } | null;
  /** Its result is of another spec than the one on the form. */
  isStale: boolean;
}

/**
 * What the form shows of two pre-flights: the newest that speaks for the spec as it stands, and the one that was seen
 * last, which may have failed or be of an earlier spec.
 */
export function shownPreflight(newest: Preflight | null, seen: Preflight | null): Shown {
  const both = [seen, newest].filter((one) => one !== null);
  const underway = both.find((one) => one.result === null && !isFinished(one.state)) ?? null;
  const isNewer = seen !== null && (newest === null || seen.run_id > newest.run_id);
  const hasFailed = isNewer && seen.result === null && isFinished(seen.state);
  const done = [newest, seen].find((one) => one !== null && one.result !== null) ?? null;
  return {
    underway,
    failed: hasFailed ? seen : null,
    done: done?.result ? { runId: done.run_id, result: done.result } : null,
    isStale: done !== null && done !== newest,
  };
}
