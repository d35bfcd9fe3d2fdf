import { expect, test } from "vitest";
import {
  formatAgo,
  formatCompact,
  formatDuration,
  formatFixed,
  formatMiB,
  formatNumber,
  formatPercent,
  formatSigned,
  plural,
} from "./format";

test.each([
  [0, "0"],
  [0.81234, "0.8123"],
  [12.5, "12.5"],
  [5e-5, "5e−5"],
  [1.5e-7, "1.5e−7"],
  [-0.25, "−0.25"],
  [60000, "60,000"],
  [1234.56, "1235"],
  [2.5e9, "2.5e9"],
  [null, "–"],
  [Number.NaN, "–"],
])("the number %s reads %s", (value, text) => expect(formatNumber(value)).toBe(text));

test.each([
  [0.35, "+0.35"],
  [-2.4737, "−2.47"],
  [0, "0.00"],
  [-0.001, "0.00"],
  [null, "–"],
])("the advantage %s reads %s", (value, text) => expect(formatSigned(value)).toBe(text));

test.each([
  [0.45, "450 ms"],
  [6, "6 s"],
  [42.4, "42 s"],
  [185, "3 min 05 s"],
  [8040, "2 h 14 min"],
  [400_000, "4 d 15 h"],
  [-3, "0 s"],
  [null, "–"],
])("%s seconds read %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));

test("others", () => {
  expect(formatFixed(undefined, 3)).toBe("–");
  expect(formatPercent(0.8639)).toBe("86.4 %");
  expect(formatCompact(12_800)).toBe("12.8 k");
  expect(formatCompact(819_200)).toBe("819 k");
  expect(formatCompact(3_200_000)).toBe("3.2 M");
  expect(formatMiB(4_812_331)).toBe("4.6 MiB");
  expect(formatMiB(20 * 2 ** 30)).toBe("20.0 GiB");
  expect(formatAgo(3)).toBe("just now");
  expect(formatAgo(7200)).toBe("2 h ago");
  expect(plural(1, "match", "matches")).toBe("1 match");
  expect(plural(1200, "token")).toBe("1,200 tokens");
});
