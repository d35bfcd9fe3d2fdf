import { expect, test } from "vitest";
import { samplePreflight } from "@/test/preflight";
import { shownPreflight } from "./shownPreflight";

const done = samplePreflight({ run_id: 5 });
const running = samplePreflight({ run_id: 9, state: "running", result: null });
const failed = samplePreflight({ run_id: 9, state: "failed", result: null });

test("nothing is shown before the first pre-flight", () => {
  expect(shownPreflight(null, null)).toEqual({ underway: null, failed: null, done: null, isStale: false });
});

test("the newest that speaks for the spec is shown, with its figures for this spec", () => {
  expect(shownPreflight(done, { ...done })).toMatchObject({ done: { runId: 5 }, isStale: false });
});

test("once the spec has changed, the last one seen stays, marked as stale", () => {
  expect(shownPreflight(null, done)).toMatchObject({ done: { runId: 5 }, isStale: true });
});

test("an older result stays in sight while the next pre-flight runs", () => {
  const shown = shownPreflight(done, running);
  expect(shown.underway?.run_id).toBe(9);
  expect(shown.done?.runId).toBe(5);
});

test("a failure is told until a newer one has a result", () => {
  expect(shownPreflight(done, failed).failed?.run_id).toBe(9);
  expect(shownPreflight(null, failed).failed?.run_id).toBe(9);
  expect(shownPreflight(samplePreflight({ run_id: 10 }), failed).failed).toBeNull();
});
