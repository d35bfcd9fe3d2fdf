import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { isKnownEvent } from "@/api/events";
import { type LogTail, logsKey } from "@/api/logs";
import { NEWEST_PREFLIGHTS, preflightKey } from "@/api/preflights";
import { groupsKey, rolloutStepsKey } from "@/api/rollouts";
import { RUN_LISTS, runKey } from "@/api/runs";
import { MAX_POINTS, metricsKey, type StepRange, seriesKey } from "@/api/series";
import type {
  EventOf,
  KnownEvent,
  MetricList,
  RolloutSteps,
  RunDetail,
  RunPage,
  SeriesList,
  StreamedEvent,
} from "@/api/types";
import { assertNever } from "@/lib/assertNever";
import { isRecord } from "@/lib/json";
import { appendLog, appendRolloutStep } from "./appendRows";
import { appendToMetricList, appendToSeriesList } from "./appendSeries";
import { patchRun } from "./patchRun";

/**
 * Brings the query cache up to date with one event of the live stream. Applying an event again, or one that a
 * REST answer already contains, changes nothing, so that the stream may overlap with what was fetched.
 */
export function applyRunEvent(client: QueryClient, streamed: StreamedEvent): void {
  if (isKnownEvent(streamed.event)) apply(client, streamed, streamed.event);
}

function apply(client: QueryClient, streamed: StreamedEvent, event: KnownEvent): void {
  const runId = streamed.run_id;
  const stale = (...parts: string[]) =>
    void client.invalidateQueries({ queryKey: [...runKey(runId), ...parts] });

  switch (event.type) {
    case "run.state_changed":
      updateRun(client, streamed, (run) => patchRun(run, streamed, event));
      void client.invalidateQueries({ queryKey: RUN_LISTS });
      if (event.from_state === null) void client.invalidateQueries({ queryKey: ["experiments"] });
      stale("detail");
      stale("attempts");
      return;
    case "run.requested":
    case "phase.changed":
      updateRun(client, streamed, (run) => patchRun(run, streamed, event));
      return;
    case "attempt.started":
      updateRun(client, streamed, (run) => patchRun(run, streamed, event));
      // Steps after the checkpoint are superseded: what the cache holds of them is another attempt's.
      if (event.resume_step > 0 || (streamed.attempt ?? 1) > 1) {
        for (const part of ["series", "metrics", "rollout-steps", "groups"]) stale(part);
      }
      stale("detail");
      stale("attempts");
      return;
    case "attempt.ended":
      updateRun(client, streamed, (run) => patchRun(run, streamed, event));
      stale("attempts");
      return;
    case "metrics.logged":
      updateRun(client, streamed, (run) => patchRun(run, streamed, event));
      appendMetrics(client, runId, event);
      return;
    case "metrics.compacted":
      stale("series");
      stale("metrics");
      return;
    case "rollouts.captured":
      // For workers only; readers are told by rollouts.stored once the groups can be fetched.
      return;
    case "rollouts.stored":
      client.setQueryData<RolloutSteps>(rolloutStepsKey(runId, event.mode), (steps) =>
        steps ? appendRolloutStep(steps, event) : steps,
      );
      void client.invalidateQueries({ queryKey: groupsKey(runId, event.mode, event.step) });
      return;
    case "log.written":
      client.setQueryData<LogTail>(logsKey(runId), (tail) =>
        tail ? appendLog(tail, streamed, event) : tail,
      );
      return;
    case "checkpoint.saved":
    case "checkpoint.deleted":
      stale("checkpoints");
      return;
    case "preflight.finished":
      // The server keeps the result, and which specs it speaks for.
      void client.invalidateQueries({ queryKey: preflightKey(runId) });
      void client.invalidateQueries({ queryKey: NEWEST_PREFLIGHTS });
      return;
    default:
      assertNever(event);
  }
}

function updateRun(
  client: QueryClient,
  { id, run_id }: StreamedEvent,
  patch: <T extends RunPage["items"][number]>(run: T) => T,
): void {
  client.setQueryData<RunDetail>([...runKey(run_id), "detail"], (run) =>
    run && run.last_event_id < id ? { ...patch(run), last_event_id: id } : run,
  );
  client.setQueriesData<InfiniteData<RunPage>>({ queryKey: RUN_LISTS }, (data) => {
    if (!data?.pages.some((page) => page.items.some((run) => run.id === run_id))) return data;
    return {
      ...data,
      pages: data.pages.map((page) => ({
        ...page,
        items: page.items.map((run) => (run.id === run_id ? patch(run) : run)),
      })),
    };
  });
}

function appendMetrics(client: QueryClient, runId: number, logged: EventOf<"metrics.logged">): void {
  client.setQueryData<MetricList>(metricsKey(runId), (list) => list && appendToMetricList(list, logged));
  for (const [queryKey, list] of client.getQueriesData<SeriesList>({ queryKey: seriesKey(runId) })) {
    const asked = askedOf(queryKey.at(-1));
    if (!list || !asked) continue;
    const next = appendToSeriesList(list, logged, runId, asked.keys, asked.range);
    if (next === list) continue;
    client.setQueryData<SeriesList>(queryKey, next);
    // Grown to twice the points of a fresh answer: let the server make new buckets.
    if (next.series.some(({ steps }) => steps.length > 2 * MAX_POINTS)) {
      void client.invalidateQueries({ queryKey, exact: true });
    }
  }
}

/** The keys and the range a series query was made with, read back from its query key. */
function askedOf(value: unknown): { keys: string[]; range: StepRange } | null {
  if (!isRecord(value) || !Array.isArray(value.keys) || !isRecord(value.range)) return null;
  const { from, to } = value.range;
  return {
    keys: value.keys.filter((key) => typeof key === "string"),
    range: {
      ...(typeof from === "number" ? { from } : {}),
      ...(typeof to === "number" ? { to } : {}),
    },
  };
}

/** The stream could not go on where it had stopped: what is in the cache may have gaps. */
export function resetCache(client: QueryClient): void {
  void client.invalidateQueries();
}
