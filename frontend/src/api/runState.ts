import type { RunAction } from "./runs";
import type { Run, RunState } from "./types";

export const RUN_STATES: readonly RunState[] = [
  "queued",
  "claimed",
  "running",
  "pausing",
  "paused",
  "completed",
  "failed",
  "cancelled",
  "crashed",
];

const FINISHED: ReadonlySet<RunState> = new Set<RunState>(["completed", "failed", "cancelled", "crashed"]);
const ACTIVE: ReadonlySet<RunState> = new Set<RunState>(["claimed", "running", "pausing"]);

const ACTIONS: Record<RunState, readonly RunAction[]> = {
  queued: ["pause", "cancel"],
  claimed: ["pause", "stop", "cancel"],
  running: ["pause", "stop", "cancel"],
  pausing: ["stop", "cancel"],
  paused: ["resume", "cancel"],
  crashed: ["resume", "cancel"],
  failed: ["resume"],
  completed: [],
  cancelled: [],
};

export function isFinished(state: RunState): boolean {
  return FINISHED.has(state);
}

/** A worker holds the run. */
export function isActive(state: RunState): boolean {
  return ACTIVE.has(state);
}

/** What a person may ask of the run now; what was asked already is not offered again. */
export function actionsOf({ state, requested }: Pick<Run, "state" | "requested">): RunAction[] {
  if (requested === "cancel") return [];
  return ACTIONS[state].filter(
    (action) => action !== requested && !(requested === "stop" && action === "pause"),
  );
}
