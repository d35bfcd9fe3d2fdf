import type { LogTail } from "@/api/logs";
import type { EventOf, RolloutSteps, StreamedEvent } from "@/api/types";

/** Lines kept in the page; a longer log is read with "load everything" or downloaded. */
const MAX_LINES = 50_000;

export function appendLog(tail: LogTail, streamed: StreamedEvent, event: EventOf<"log.written">): LogTail {
  if (streamed.id <= tail.newest) return tail;
  const added = event.lines.map((text) => ({
    id: streamed.id,
    attempt: streamed.attempt ?? 0,
    time: streamed.time,
    stream: event.stream,
    text,
  }));
  const lines = [...tail.lines, ...added];
  const dropped = Math.max(0, lines.length - MAX_LINES);
  return { lines: lines.slice(dropped), newest: streamed.id, fromStart: tail.fromStart && dropped === 0 };
}

export function appendRolloutStep(steps: RolloutSteps, event: EventOf<"rollouts.stored">): RolloutSteps {
  const at = steps.steps.indexOf(event.step);
  if (at >= 0) {
    return {
      ...steps,
      n_groups: steps.n_groups.with(at, event.n_groups),
      reward_mean: steps.reward_mean.with(at, event.reward_mean),
    };
  }
  const later = steps.steps.findIndex((step) => step > event.step);
  const place = later < 0 ? steps.steps.length : later;
  return {
    steps: steps.steps.toSpliced(place, 0, event.step),
    n_groups: steps.n_groups.toSpliced(place, 0, event.n_groups),
    reward_mean: steps.reward_mean.toSpliced(place, 0, event.reward_mean),
  };
}
