import { expect, test } from "vitest";
import { sampleRollout } from "@/test/samples";
import { type Choice, expectedScore, judgedBy, likelyChoice } from "./verdict";

test.each<[Choice, string, number | null | undefined]>([
  ["0", "", 0],
  ["1", "0.3", 1],
  ["other", "0.3", 0.3],
  ["other", "-1", -1],
  ["other", "", undefined],
  ["other", "much", undefined],
  ["undecided", "0.3", null],
])("%s with %j expects %s", (choice, other, score) => expect(expectedScore(choice, other)).toBe(score));

test("a run without a spec is judged by the rewards it was scored by", () => {
  const rollout = sampleRollout({ scores: { exact_answer: 1, mine: null } });
  const spec = [{ name: "exact_answer", weight: 2, params: { lower: true }, timeout_s: 1 }];
  expect(judgedBy(rollout, undefined).map(({ name }) => name)).toEqual(["exact_answer", "mine"]);
  expect(judgedBy(rollout, spec)).toEqual(spec);
});

test("the opposite of the recorded score is offered", () => {
  expect([1, 0, null, undefined].map(likelyChoice)).toEqual(["0", "1", "1", "1"]);
});
