import { isRecord } from "@/lib/json";
import type { AnyEvent, KnownEvent, StreamedEvent } from "./types";

const KNOWN: Record<KnownEvent["type"], true> = {
  "run.state_changed": true,
  "run.requested": true,
  "attempt.started": true,
  "attempt.ended": true,
  "phase.changed": true,
  "metrics.logged": true,
  "metrics.compacted": true,
  "rollouts.captured": true,
  "rollouts.stored": true,
  "log.written": true,
  "checkpoint.saved": true,
  "checkpoint.deleted": true,
  "preflight.finished": true,
};

/** False for the events of a newer server, which this page ignores. */
export function isKnownEvent(event: AnyEvent): event is KnownEvent {
  return Object.hasOwn(KNOWN, event.type);
}

export function isStreamedEvent(value: unknown): value is StreamedEvent {
  return (
    isRecord(value) &&
    typeof value.id === "number" &&
    typeof value.run_id === "number" &&
    typeof value.time === "string" &&
    isRecord(value.event) &&
    typeof value.event.type === "string"
  );
}
