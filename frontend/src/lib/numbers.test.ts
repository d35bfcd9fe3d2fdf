import { expect, test } from "vitest";
import { nearestIndex, smooth } from "./numbers";

test("smoothing starts at the first value, without a pull to zero", () => {
  expect(smooth([2, 2, 2], 0.9)).toEqual([2, 2, 2].map((value) => expect.closeTo(value)));
});

test("smoothing weighs what came before", () => {
  const [first, second] = smooth([0, 1], 0.5);
  expect(first).toBeCloseTo(0);
  expect(second).toBeCloseTo(2 / 3);
});

test("a gap stays a gap and the curve goes on after it", () => {
  expect(smooth([1, null, 1], 0.5)).toEqual([1, null, 1]);
  expect(smooth([null, 3], 0.5)).toEqual([null, 3]);
});

test("without a weight the values are as they were", () => {
  expect(smooth([1, null, 5], 0)).toEqual([1, null, 5]);
});

test.each([
  [0, 0],
  [14, 0],
  [15, 0],
  [16, 1],
  [99, 2],
])("the entry nearest to %i is number %i", (x, at) => expect(nearestIndex([10, 20, 30], x)).toBe(at));

test("an empty list has no nearest entry", () => expect(nearestIndex([], 1)).toBe(-1));
