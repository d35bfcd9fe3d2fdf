import { expect, test } from "vitest";
import type { RewardScore } from "@/api/types";
import { barOf, differs, highestTotal, scoreAt } from "./scores";

test("a bar grows from zero, to the left for a penalty", () => {
  expect(barOf(0.5, 1)).toEqual({ from: 0, to: 0.5, tone: "part" });
  expect(barOf(1, 1)).toEqual({ from: 0, to: 1, tone: "full" });
  expect(barOf(0, 1)).toEqual({ from: 0, to: 0, tone: "none" });
  expect(barOf(-1, 1)).toEqual({ from: 0, to: 0.5, tone: "negative" });
  expect(barOf(-0.25, 0)).toEqual({ from: 0.75, to: 1, tone: "negative" });
});

test("a penalty that takes nothing away is all that there is to get", () => {
  expect(barOf(0, 0).tone).toBe("full");
});

test("without a maximum a score is never full", () => {
  expect(barOf(1, null).tone).toBe("part");
  expect(barOf(3, null)).toEqual({ from: 0, to: 1, tone: "part" });
});

function score(changes: Partial<RewardScore>): RewardScore {
  return {
    name: "a",
    weight: 1,
    score: 1,
    maximum: 1,
    reason: null,
    traceback: null,
    parsed: null,
    why: null,
    seconds: 0.001,
    timed_out: false,
    ...changes,
  };
}

test("the highest total is known when every maximum is", () => {
  expect(highestTotal([score({}), score({ weight: 0.5, maximum: 2 })])).toBe(2);
  expect(highestTotal([score({}), score({ maximum: null })])).toBeNull();
  expect(highestTotal([score({ weight: -1 })])).toBeNull();
});

test("a score of another reward in the same place is not taken", () => {
  const scores = { samples: [{ rewards: [score({})], reward: 1, advantage: null }], isolation: [] };
  const spec = { name: "a", weight: 1, params: {}, timeout_s: 5 };
  expect(scoreAt(scores, 0, 0, spec)?.score).toBe(1);
  expect(scoreAt(scores, 0, 0, { ...spec, name: "b" })).toBeUndefined();
  expect(scoreAt(scores, 1, 0, spec)).toBeUndefined();
});

test.each([
  [null, null, false],
  [null, 0, true],
  [1, 1 + 1e-9, false],
  [1, 0.5, true],
])("recorded %s and now %s differ: %s", (a, b, expected) => expect(differs(a, b)).toBe(expected));
