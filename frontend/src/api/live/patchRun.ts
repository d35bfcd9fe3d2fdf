import type { EventOf, Run, StreamedEvent } from "@/api/types";
import { assertNever } from "@/lib/assertNever";
import { isFinished } from "../runState";

/** Metrics that the run list shows; RunRead.latest carries them. */
const HEADLINES = ["reward", "completions/mean_length", "eval/heldout/accuracy"];
const SPARKLINE_POINTS = 40;

type RunEvent = EventOf<
  | "run.state_changed"
  | "run.requested"
  | "attempt.started"
  | "attempt.ended"
  | "phase.changed"
  | "metrics.logged"
>;

/** The run as it stands after the event. Applying an event twice changes nothing. */
export function patchRun<T extends Run>(run: T, streamed: StreamedEvent, event: RunEvent): T {
  switch (event.type) {
    case "run.state_changed": {
      const ended = isFinished(event.to_state);
      return {
        ...run,
        state: event.to_state,
        state_reason: event.reason,
        requested: ended || event.to_state === "paused" ? null : run.requested,
        phase: event.to_state === "running" || event.to_state === "pausing" ? run.phase : null,
        finished_at: ended ? streamed.time : null,
      };
    }
    case "run.requested":
      return { ...run, requested: event.request };
    case "attempt.started":
      return {
        ...run,
        attempt: streamed.attempt ?? run.attempt,
        started_at: run.started_at ?? streamed.time,
      };
    case "attempt.ended":
      return { ...run, phase: null, phase_fraction: null };
    case "phase.changed":
      return { ...run, phase: event.phase, phase_fraction: event.fraction };
    case "metrics.logged":
      return patchMetrics(run, event);
    default:
      return assertNever(event);
  }
}

function patchMetrics<T extends Run>(run: T, logged: EventOf<"metrics.logged">): T {
  const step = Math.max(run.step, ...logged.steps);
  const latest = { ...run.latest };
  let sparkline = run.sparkline;
  for (const [i, key] of logged.keys.entries()) {
    const values = logged.values[i] ?? [];
    if (HEADLINES.includes(key)) {
      const value = values.findLast((value, j) => value !== null && (logged.steps[j] ?? 0) >= run.step);
      latest[key] = value ?? latest[key] ?? null;
    }
    if (key === "reward") {
      const fresh = values.filter((_, j) => (logged.steps[j] ?? 0) > run.step);
      sparkline = fresh.length > 0 ? thin([...sparkline, ...fresh]) : sparkline;
    }
  }
  return { ...run, step, latest, sparkline };
}

/** Halves a list that has grown to twice what the server sends, pair by pair. */
function thin(values: (number | null)[]): (number | null)[] {
  if (values.length < 2 * SPARKLINE_POINTS) return values;
  const halved: (number | null)[] = [];
  for (let i = 0; i < values.length; i += 2) {
    const a = values[i] ?? null;
    const b = values[i + 1] ?? null;
    halved.push(a === null ? b : b === null ? a : (a + b) / 2);
  }
  return halved;
}
