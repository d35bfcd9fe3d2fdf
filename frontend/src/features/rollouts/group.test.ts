import { expect, test } from "vitest";
import { sampleRollout } from "@/test/samples";
import { hasNoSignal, ordered, promptExcerpt, promptParts, verdictOf } from "./group";

const OUTCOME = new Set(["exact_answer"]);
const right = sampleRollout({ scores: { exact_answer: 1, think_answer: 0 }, reward: 1 });
const wrong = sampleRollout({ scores: { exact_answer: 0, think_answer: 1 }, reward: 0.2 });
const undecided = sampleRollout({ scores: { exact_answer: null }, reward: null });

test("the rewards for the outcome say whether a group is right, whatever its form earned", () => {
  expect(verdictOf([right, right], OUTCOME)).toBe("all right");
  expect(verdictOf([wrong, wrong], OUTCOME)).toBe("all wrong");
  expect(verdictOf([right, wrong], OUTCOME)).toBe("mixed");
});

test("a completion that nobody could judge is neither right nor wrong", () => {
  expect(verdictOf([right, undecided], OUTCOME)).toBe("mixed");
  expect(verdictOf([], OUTCOME)).toBe("mixed");
});

test("without a reward for the outcome the reward itself counts", () => {
  expect(verdictOf([right, right], new Set())).toBe("all right");
  expect(verdictOf([wrong, wrong], new Set())).toBe("mixed");
});

test("equal rewards carry no signal; an unknown spread is not called that", () => {
  expect(hasNoSignal({ reward_std: 0 })).toBe(true);
  expect(hasNoSignal({ reward_std: 0.1 })).toBe(false);
  expect(hasNoSignal({ reward_std: null })).toBe(false);
});

test("completions can be ordered; what has no value comes last", () => {
  const rollouts = [
    sampleRollout({ id: 1, index: 0, advantage: -1, length: 9 }),
    sampleRollout({ id: 2, index: 1, advantage: null, length: 30 }),
    sampleRollout({ id: 3, index: 2, advantage: 2, length: 20 }),
  ];
  const ids = (order: "index" | "advantage" | "length") => ordered(rollouts, order).map(({ id }) => id);
  expect(ids("index")).toEqual([1, 2, 3]);
  expect(ids("advantage")).toEqual([3, 1, 2]);
  expect(ids("length")).toEqual([2, 3, 1]);
});

test("images stand where the prompt marks them", () => {
  const prompt = [
    { role: "system", content: "Look." },
    { role: "user", content: "a <image> b <image>" },
  ];
  expect(promptParts(prompt, ["x", "y"])[1]?.parts).toEqual([
    { kind: "text", text: "a " },
    { kind: "image", sha256: "x" },
    { kind: "text", text: " b " },
    { kind: "image", sha256: "y" },
  ]);
});

test("marks without an image stay text, images without a mark come last", () => {
  expect(promptParts([{ role: "user", content: "<image>?" }], [])[0]?.parts).toEqual([
    { kind: "text", text: "<image>" },
    { kind: "text", text: "?" },
  ]);
  expect(promptParts([{ role: "user", content: "?" }], ["x"])[0]?.parts.at(-1)).toEqual({
    kind: "image",
    sha256: "x",
  });
  expect(promptParts([], ["x"])).toHaveLength(1);
});

test("the excerpt is what the user said last, in one line", () => {
  const prompt = [
    { role: "system", content: "long rules" },
    { role: "user", content: "<image>\n  sum\n of all?" },
  ];
  expect(promptExcerpt(prompt)).toBe("sum of all?");
  expect(promptExcerpt([])).toBe("");
});
