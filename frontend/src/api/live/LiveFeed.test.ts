import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { metricsKey } from "@/api/series";
import type { MetricList } from "@/api/types";
import { LiveFeed } from "./LiveFeed";

beforeEach(() => vi.useFakeTimers({ toFake: ["requestAnimationFrame", "setTimeout", "Date"] }));
afterEach(() => vi.useRealTimers());

function message(step: number) {
  const event = { type: "metrics.logged", keys: ["reward"], steps: [step], times: [step], values: [[step]] };
  const streamed = { id: step, run_id: 7, attempt: 1, time: "2026-11-22T16:00:00Z", event };
  return { kind: "event" as const, data: JSON.stringify(streamed) };
}

const stepOf = (client: QueryClient) => client.getQueryData<MetricList>(metricsKey(7))?.items[0]?.step;

test("events wait for the next animation frame and are then applied together", () => {
  const client = new QueryClient();
  client.setQueryData<MetricList>(metricsKey(7), { items: [] });
  const feed = new LiveFeed(client);
  for (const step of [1, 2, 3]) feed.receive(message(step));
  expect(stepOf(client)).toBeUndefined();
  vi.advanceTimersToNextFrame();
  expect(stepOf(client)).toBe(3);
});

test("an answer that was read before an event and arrives after it is brought up to date", async () => {
  const client = new QueryClient();
  const feed = new LiveFeed(client);
  const stop = feed.watchAnswers();
  feed.receive(message(5));
  vi.advanceTimersToNextFrame();
  await client.fetchQuery({ queryKey: metricsKey(7), queryFn: () => Promise.resolve({ items: [] }) });
  await Promise.resolve();
  expect(stepOf(client)).toBe(5);
  stop();
});

test("what is no event is ignored", () => {
  const feed = new LiveFeed(new QueryClient());
  for (const data of ["", "{", "[]", '{"id":1}', "null"]) {
    expect(() => feed.receive({ kind: "event", data })).not.toThrow();
  }
});

test("a reset makes everything be read again", () => {
  const client = new QueryClient();
  client.setQueryData(metricsKey(7), { items: [] });
  new LiveFeed(client).receive({ kind: "reset" });
  expect(client.getQueryState(metricsKey(7))?.isInvalidated).toBe(true);
});

test("what was fetched before the first connection stood is read again, once", () => {
  const client = new QueryClient();
  client.setQueryData(metricsKey(7), { items: [] });
  client.setQueryData(["presets"], {});
  const feed = new LiveFeed(client);
  feed.receive({ kind: "status", status: "live" });
  expect(client.getQueryState(metricsKey(7))?.isInvalidated).toBe(true);
  expect(client.getQueryState(["presets"])?.isInvalidated).toBe(false);
  client.setQueryData(metricsKey(7), { items: [] });
  feed.receive({ kind: "status", status: "reconnecting" });
  feed.receive({ kind: "status", status: "live" });
  expect(client.getQueryState(metricsKey(7))?.isInvalidated).toBe(false);
});
