import { expect, test } from "vitest";
import { sorted } from "./rows";
import { validatePreflightSearch } from "./search";

const row = (group: number, pass_rate: number, reward_mean: number | null) => ({
  row: `r${group}`,
  group,
  pass_rate,
  reward_mean,
  truncated: 0,
});
const rows = [row(0, 0.5, 0.6), row(1, 0, 0.1), row(2, 0.5, 0.5), row(3, 1, null), row(4, 0, 0.1)];
const groups = (order: "sampled" | "hardest" | "easiest") => sorted(rows, order).map(({ group }) => group);

test("hardest and easiest go by pass rate, then by reward, then by place", () => {
  expect(groups("sampled")).toEqual([0, 1, 2, 3, 4]);
  expect(groups("hardest")).toEqual([1, 4, 2, 0, 3]);
  expect(groups("easiest")).toEqual([3, 0, 2, 1, 4]);
});

test("the band in a link is percent, and nothing else is taken", () => {
  expect(validatePreflightSearch({ from: "20", to: "80" })).toEqual({ from: 20, to: 80 });
  expect(validatePreflightSearch({ from: "-1", to: "101" })).toEqual({});
});
