import { type InfiniteData, QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, test } from "vitest";
import { type LogTail, logsKey } from "@/api/logs";
import { NEWEST_PREFLIGHTS, preflightKey } from "@/api/preflights";
import { rolloutStepsKey } from "@/api/rollouts";
import { RUN_LISTS, runKey, runOptions } from "@/api/runs";
import { metricsKey, seriesKey } from "@/api/series";
import type { MetricList, RolloutSteps, RunPage, SeriesList, StreamedEvent } from "@/api/types";
import { goldenEvents } from "@/test/golden";
import { samplePreflight, samplePreflightResult } from "@/test/preflight";
import { sampleDetail, sampleRun } from "@/test/samples";
import { applyRunEvent } from "./applyRunEvent";

const RUN = 7;
const LIST = [...RUN_LISTS, {}];
const SERIES = [...seriesKey(RUN), { keys: ["reward", "kl", "loss"], range: {} }];
const ZOOMED = [...seriesKey(RUN), { keys: ["reward"], range: { from: 2, to: 2 } }];
const CHECKPOINTS = [...runKey(RUN), "checkpoints"];

let client: QueryClient;

beforeEach(() => {
  client = new QueryClient();
  client.setQueryData(runOptions(RUN).queryKey, sampleDetail());
  client.setQueryData<InfiniteData<RunPage>>(LIST, {
    pages: [{ items: [sampleRun({ id: 8 }), sampleRun()], next_cursor: null, total: 2 }],
    pageParams: [null],
  });
  client.setQueryData<SeriesList>(SERIES, { series: [] });
  client.setQueryData<SeriesList>(ZOOMED, { series: [] });
  client.setQueryData<MetricList>(metricsKey(RUN), { items: [] });
  client.setQueryData<RolloutSteps>(rolloutStepsKey(RUN, "train"), {
    steps: [],
    n_groups: [],
    reward_mean: [],
  });
  client.setQueryData<LogTail>(logsKey(RUN), { lines: [], newest: 0, fromStart: true });
  client.setQueryData(CHECKPOINTS, { items: [] });
});

function everything() {
  return JSON.stringify(
    client
      .getQueryCache()
      .getAll()
      .map((query) => [query.queryKey, query.state.data]),
  );
}

function applyAll(events: readonly StreamedEvent[]) {
  for (const event of events) applyRunEvent(client, event);
}

function listed(id: number) {
  const data = client.getQueryData<InfiniteData<RunPage>>(LIST);
  return data?.pages[0]?.items.find((run) => run.id === id);
}

describe("the golden events", () => {
  test("bring the run to its end", () => {
    applyAll(goldenEvents());
    expect(client.getQueryData(runOptions(RUN).queryKey)).toMatchObject({
      state: "completed",
      state_reason: "stopped after step 3",
      requested: null,
      attempt: 1,
      step: 3,
      latest: { reward: 0.75, "completions/mean_length": 14, "eval/heldout/accuracy": 0.6 },
      sparkline: [0.25, 0.5, 0.75],
      finished_at: "2026-11-22T16:00:10Z",
    });
    expect(listed(RUN)).toMatchObject({ state: "completed", step: 3 });
  });

  test("leave other runs alone", () => {
    applyAll(goldenEvents());
    expect(listed(8)).toEqual(sampleRun({ id: 8 }));
  });

  test("become curves; a metric that is not finite is no point", () => {
    applyAll(goldenEvents());
    const { series } = client.getQueryData<SeriesList>(SERIES) ?? { series: [] };
    expect(series.map(({ key, steps, mean }) => [key, steps, mean])).toEqual([
      ["reward", [1, 2, 3], [0.25, 0.5, 0.75]],
      ["kl", [2, 3], [0.001, 0.002]],
    ]);
  });

  test("stay out of a zoomed curve where they lie outside of it", () => {
    applyAll(goldenEvents());
    expect(client.getQueryData<SeriesList>(ZOOMED)?.series[0]?.steps).toEqual([2]);
  });

  test("are listed with their first and newest value", () => {
    applyAll(goldenEvents());
    const metrics = client.getQueryData<MetricList>(metricsKey(RUN))?.items;
    expect(metrics?.find(({ key }) => key === "reward")).toEqual({
      key: "reward",
      step: 3,
      value: 0.75,
      first_step: 1,
      first_value: 0.25,
      n_points: 3,
    });
  });

  test("bring log lines as they were written", () => {
    applyAll(goldenEvents());
    const tail = client.getQueryData<LogTail>(logsKey(RUN));
    expect(tail?.lines.map(({ text, stream }) => [stream, text])).toEqual([
      ["stderr", "Überraschung 🤔: ∇L = 思考 \u202eabc"],
      ["stderr", "\ufffd broken bytes"],
      ["stdout", "{'loss': nan, 'step': 3}"],
    ]);
  });

  test("say which steps have rollouts, and that checkpoints are to be read again", () => {
    applyAll(goldenEvents());
    expect(client.getQueryData(rolloutStepsKey(RUN, "train"))).toEqual({
      steps: [2],
      n_groups: [1],
      reward_mean: [1],
    });
    expect(client.getQueryState(CHECKPOINTS)?.isInvalidated).toBe(true);
  });

  test("change nothing the second time", () => {
    const dataOnly = goldenEvents().filter(({ event }) => event.type !== "run.state_changed");
    applyAll(dataOnly);
    const once = everything();
    applyAll(dataOnly);
    expect(everything()).toBe(once);
  });

  test("meet an empty cache without harm", () => {
    client.clear();
    applyAll(goldenEvents());
    expect(client.getQueryCache().getAll()).toEqual([]);
  });
});

const envelope = { run_id: RUN, attempt: 1, time: "2026-11-22T16:00:00Z" };

test("an unknown event changes nothing", () => {
  const before = everything();
  applyRunEvent(client, { ...envelope, id: 1, event: { type: "gpu.melted", celsius: 4000 } });
  expect(everything()).toBe(before);
});

test("an event that the fetched run contains already does not turn it back", () => {
  client.setQueryData(runOptions(RUN).queryKey, sampleDetail({ state: "completed", last_event_id: 50 }));
  applyRunEvent(client, {
    ...envelope,
    id: 40,
    event: { type: "run.state_changed", from_state: "claimed", to_state: "running", reason: null },
  });
  expect(client.getQueryData(runOptions(RUN).queryKey)).toMatchObject({ state: "completed" });
});

test("compacted metrics make the curves be read again", () => {
  applyRunEvent(client, {
    ...envelope,
    id: 1,
    event: { type: "metrics.compacted", from_step: 1, to_step: 9 },
  });
  expect(client.getQueryState(SERIES)?.isInvalidated).toBe(true);
});

test("an attempt that resumes makes the superseded curves be read again, a first attempt does not", () => {
  const started = { type: "attempt.started", hostname: "", pid: 1, device: "", versions: {} } as const;
  applyRunEvent(client, { ...envelope, id: 1, event: { ...started, resume_step: 0 } });
  expect(client.getQueryState(SERIES)?.isInvalidated).toBe(false);
  applyRunEvent(client, { ...envelope, attempt: 2, id: 2, event: { ...started, resume_step: 50 } });
  expect(client.getQueryState(SERIES)?.isInvalidated).toBe(true);
});

test("a pre-flight that has finished is read again, and so is what speaks for a spec", () => {
  const newest = [...NEWEST_PREFLIGHTS, {}];
  client.setQueryData(preflightKey(RUN), samplePreflight({ run_id: RUN, result: null }));
  client.setQueryData(preflightKey(8), samplePreflight({ run_id: 8 }));
  client.setQueryData(newest, null);
  applyRunEvent(client, {
    ...envelope,
    id: 1,
    event: { type: "preflight.finished", result: samplePreflightResult() },
  });
  expect(client.getQueryState(preflightKey(RUN))?.isInvalidated).toBe(true);
  expect(client.getQueryState(newest)?.isInvalidated).toBe(true);
  expect(client.getQueryState(preflightKey(8))?.isInvalidated).toBe(false);
});
