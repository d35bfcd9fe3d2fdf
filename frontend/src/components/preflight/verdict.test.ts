import { expect, test } from "vitest";
import { samplePreflightResult } from "@/test/preflight";
import { verdictOf } from "./verdict";

const health = { mean: null, std: null, timeout_frac: 0, p50_latency_s: 0, p95_latency_s: 0 };

test("enough groups with signal are teachable, and the sentence says how many", () => {
  const verdict = verdictOf(samplePreflightResult({ expected_no_signal_frac: 0.29 }));
  expect(verdict).toEqual({ tone: "good", title: "Teachable", text: "71 % of the groups carry signal." });
});

test("without signal it is too easy or too hard, by what is commoner", () => {
  const none = { expected_no_signal_frac: 0.9, zero_std_frac: 0.9 };
  const easy = verdictOf(samplePreflightResult({ ...none, all_correct_frac: 0.8, all_wrong_frac: 0.1 }));
  const hard = verdictOf(samplePreflightResult({ ...none, all_correct_frac: 0.1, all_wrong_frac: 0.8 }));
  expect([easy.title, easy.tone]).toEqual(["Too easy", "bad"]);
  expect([hard.title, hard.tone]).toEqual(["Too hard", "bad"]);
  expect(hard.text).toContain("80 %");
});

test("answers that are never right may still be led there by other rewards", () => {
  const hard = { expected_no_signal_frac: 0.96, all_correct_frac: 0, all_wrong_frac: 0.94 };
  expect(verdictOf(samplePreflightResult({ ...hard, zero_std_frac: 0.2 }))).toMatchObject({ tone: "warn" });
  expect(verdictOf(samplePreflightResult({ ...hard, zero_std_frac: 0.2 })).text).toContain("80 %");
  expect(verdictOf(samplePreflightResult({ ...hard, zero_std_frac: 0.9 })).title).toBe("Too hard");
});

test("without an outcome reward nothing is easy or hard", () => {
  const verdict = verdictOf(
    samplePreflightResult({ expected_no_signal_frac: 0.7, all_correct_frac: null, all_wrong_frac: null }),
  );
  expect(verdict).toMatchObject({ title: "Little signal", tone: "warn" });
});

test("many cut-off completions name the field to raise", () => {
  const verdict = verdictOf(samplePreflightResult({ truncated_frac: 0.4 }));
  expect(verdict.title).toBe("Truncated too often");
  expect(verdict.text).toContain("max_completion_length");
});

test("a reward that is mostly silent comes before truncation, and says why it is silent", () => {
  const rewards = [{ ...health, name: "iou", none_frac: 0.8, reason: "no box in the gold" }];
  const verdict = verdictOf(samplePreflightResult({ truncated_frac: 0.4, rewards }));
  expect(verdict.text).toBe("iou could not decide on 80 % of the completions (no box in the gold).");
});

test("a maximum that nothing reaches comes first", () => {
  const failure = { row: "1", reward: "math", score: 0, maximum: 1, reason: "", completion: "", answer: "3" };
  const ideal = { passed: false, checked: 8, failures: [failure], example: null };
  expect(verdictOf(samplePreflightResult({ ideal, truncated_frac: 1 })).title).toBe("Cannot be earned");
});
