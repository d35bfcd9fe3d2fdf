import { expect, test } from "vitest";
import { secondsPerStep } from "./RunStats";

test("the pace is that of the newest steps", () => {
  const steps = Array.from({ length: 50 }, (_, i) => i + 1);
  const times = steps.map((step) => (step < 25 ? step * 10 : 240 + step));
  expect(secondsPerStep({ steps, times })).toBe(1);
});

test("one point, or none, has no pace", () => {
  expect(secondsPerStep({ steps: [1], times: [5] })).toBeNull();
  expect(secondsPerStep({ steps: [], times: [] })).toBeNull();
  expect(secondsPerStep(undefined)).toBeNull();
});
