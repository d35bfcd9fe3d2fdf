import { expect, test } from "vitest";
import { samplePreflightResult } from "@/test/preflight";
import { bandName, barsOf, isInBand, nameProblem, rowsWithin } from "./passRates";

test("few completions have a bar for each number of passes", () => {
  expect(barsOf([1, 2, 3])).toEqual([
    { from: 0, to: 0, count: 1 },
    { from: 1, to: 1, count: 2 },
    { from: 2, to: 2, count: 3 },
  ]);
});

test("many completions lose no prompt, and none and all stay alone", () => {
  const histogram = Array.from({ length: 65 }, (_, i) => i);
  const bars = barsOf(histogram);
  expect(bars).toHaveLength(11);
  expect(bars[0]).toEqual({ from: 0, to: 0, count: 0 });
  expect(bars.at(-1)).toEqual({ from: 64, to: 64, count: 64 });
  expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe((64 * 65) / 2);
  for (const [i, bar] of bars.slice(1).entries()) expect(bar.from).toBe((bars[i]?.to ?? 0) + 1);
});

test("both ends of the band count", () => {
  expect(rowsWithin(samplePreflightResult().rows, [0.25, 0.75]).map(({ row }) => row)).toEqual([
    "row-1",
    "row-2",
    "row-3",
    "row-4",
    "row-5",
  ]);
  expect(isInBand({ from: 1, to: 1, count: 2 }, 4, [0.25, 0.5])).toBe(true);
  expect(isInBand({ from: 0, to: 0, count: 1 }, 4, [0.1, 0.9])).toBe(false);
});

test("the proposed name is one that the server takes", () => {
  expect(bandName("dataset:counting@1f2e3d4c5b6a", [0.1, 0.9])).toBe("counting-10-90");
  expect(bandName("starter/chained-sums", [0, 0.5])).toBe("starter-chained-sums-0-50");
  for (const name of ["/data/x y.jsonl", "dataset:@1", "日本", "a".repeat(300)]) {
    expect(nameProblem(bandName(name, [0.1, 0.9]))).toBeNull();
  }
});

test("a name with blanks, an odd start or too many characters says what is wrong", () => {
  expect(nameProblem("two words")).toContain("Letters");
  expect(nameProblem(".hidden")).toContain("Letters");
  expect(nameProblem("a".repeat(101))).toContain("100");
});
