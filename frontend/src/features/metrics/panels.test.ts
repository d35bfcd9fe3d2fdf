import { expect, test } from "vitest";
import { sampleSeries } from "@/test/samples";
import { STEP_AXIS } from "./axis";
import { mainPanels, otherPanels, panelKeys, unitOf } from "./panels";
import { buildTraces, seriesByKey } from "./traces";

const KEYS = new Set([
  "reward",
  "reward_std",
  "rewards/exact_answer/mean",
  "rewards/exact_answer/std",
  "rewards/think_answer/mean",
  "completions/mean_length",
  "completions/min_length",
  "completions/max_length",
  "loss",
  "step_time",
]);
const OPTIONS = { smoothing: 0, palette: ["#000000", "#111111"], xOf: STEP_AXIS.of };

test("a run has the panels that it has metrics for", () => {
  expect(mainPanels(KEYS).map(({ id }) => id)).toEqual(["reward", "length", "rewards", "loss"]);
});

test("every metric is shown somewhere, and once", () => {
  const main = mainPanels(KEYS);
  const others = otherPanels(KEYS, main);
  const shown = [...main, ...others].flatMap(panelKeys);
  expect(new Set(shown)).toEqual(KEYS);
  expect(shown).toHaveLength(KEYS.size);
});

test("the band of the lengths is p10 to p90 where there is one", () => {
  const more = new Set([...KEYS, "completions/length_p10", "completions/length_p90"]);
  const bandOf = (keys: ReadonlySet<string>) => mainPanels(keys).find(({ id }) => id === "length")?.band;
  expect(bandOf(KEYS)).toMatchObject({ low: "completions/min_length" });
  expect(bandOf(more)).toMatchObject({ low: "completions/length_p10" });
});

test("units follow from the key", () => {
  expect(unitOf("time/generate_s")).toBe("s");
  expect(unitOf("rewards/x/p95_latency_s")).toBe("s");
  expect(unitOf("num_tokens")).toBe("tokens");
  expect(unitOf("rewards/x/none_frac")).toBe("fraction");
  expect(unitOf("loss")).toBe("");
});

function tracesOf(id: string, smoothing = 0, bucketed = false) {
  const panel = mainPanels(KEYS).find((candidate) => candidate.id === id);
  if (!panel) throw new Error(id);
  const series = seriesByKey([
    sampleSeries("reward", [0.2, 0.4]),
    sampleSeries("reward_std", [0.1, null]),
    sampleSeries("loss", [1, 2], { bucketed, min: [0, 1], max: [5, 6] }),
  ]);
  return buildTraces(panel, series, { ...OPTIONS, smoothing });
}

test("the reward stands in the middle of its spread; without a spread there is a gap", () => {
  const [low, high, line] = tracesOf("reward");
  expect(low?.y).toEqual([0.1, null]);
  expect(high?.y).toEqual([expect.closeTo(0.3), null]);
  expect(line?.y).toEqual([0.2, 0.4]);
});

test("buckets show their range", () => {
  expect(tracesOf("loss")).toHaveLength(1);
  const [low, high] = tracesOf("loss", 0, true);
  expect([low?.y, high?.y]).toEqual([
    [0, 1],
    [5, 6],
  ]);
});

test("smoothing leaves the raw curve faint below it", () => {
  const [raw, smoothed] = tracesOf("loss", 0.5);
  expect(raw).toMatchObject({ y: [1, 2], opacity: expect.any(Number) });
  expect(smoothed?.y[1]).toBeCloseTo(5 / 3);
});
