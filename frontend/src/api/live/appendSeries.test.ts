import { expect, test } from "vitest";
import type { EventOf } from "@/api/types";
import { sampleSeries } from "@/test/samples";
import { appendToMetricList, appendToSeries, appendToSeriesList } from "./appendSeries";

function logged(key: string, steps: number[], values: (number | null)[]): EventOf<"metrics.logged"> {
  return {
    type: "metrics.logged",
    keys: [key],
    steps,
    times: steps.map((step) => 1000 + step),
    values: [values],
  };
}

test("points are appended in all columns", () => {
  const next = appendToSeries(sampleSeries("reward", [0.1, 0.2]), logged("reward", [3], [0.3]));
  expect(next).toMatchObject({
    n_points: 3,
    steps: [1, 2, 3],
    mean: [0.1, 0.2, 0.3],
    min: [0.1, 0.2, 0.3],
    max: [0.1, 0.2, 0.3],
    count: [1, 1, 1],
  });
});

test("steps that the curve has already are left out, also when they come out of order", () => {
  const series = sampleSeries("reward", [0.1, 0.2]);
  expect(appendToSeries(series, logged("reward", [2, 1], [9, 9]))).toBe(series);
  expect(appendToSeries(series, logged("reward", [4, 3, 2], [0.4, 0.3, 9])).mean).toEqual([
    0.1, 0.2, 0.3, 0.4,
  ]);
});

test("buckets keep their spread when single points follow them", () => {
  const buckets = sampleSeries("loss", [1, 2], { bucketed: true, min: [0, 1], max: [3, 4], count: [50, 50] });
  expect(appendToSeries(buckets, logged("loss", [3], [2.5]))).toMatchObject({
    bucketed: true,
    min: [0, 1, 2.5],
    max: [3, 4, 2.5],
    count: [50, 50, 1],
  });
});

test("a key without a curve gets one when it was asked for", () => {
  const list = { series: [sampleSeries("reward", [0.1])] };
  const next = appendToSeriesList(list, logged("kl", [1], [0.01]), 7, ["reward", "kl"]);
  expect(next.series.map(({ key }) => key)).toEqual(["reward", "kl"]);
  expect(appendToSeriesList(list, logged("kl", [1], [0.01]), 7, ["reward"])).toBe(list);
});

test("an event without news leaves the very same objects, so that nothing is drawn again", () => {
  const list = { series: [sampleSeries("reward", [0.1])] };
  expect(appendToSeriesList(list, logged("reward", [1], [0.1]), 7, ["reward"])).toBe(list);
  expect(appendToSeriesList(list, logged("reward", [2], [null]), 7, ["reward"])).toBe(list);
  const metrics = { items: [] };
  expect(appendToMetricList(metrics, logged("reward", [2], [null]))).toBe(metrics);
});
