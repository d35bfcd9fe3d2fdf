import { expect, test } from "vitest";
import { isSpecial, markSpecial, tokenRuns } from "./tokens";

const tokens = (...texts: string[]) => texts.map((text) => ({ id: text.length, text }));

test("special tokens are told from words and from comparisons", () => {
  for (const text of ["<|im_start|>", "<think>", "</s>", "[INST]", "<|image_pad|>"]) {
    expect(isSpecial(text)).toBe(true);
  }
  for (const text of ["<", "a < b > c", "<|", "[1]", "user", ""]) expect(isSpecial(text)).toBe(false);
});

test("the tokens of an image are one run, everything else stands alone", () => {
  const runs = tokenRuns(tokens("a", "<pad>", "<pad>", "<pad>", "<pad>", "<pad>", "b", "b", "b", "b", "b"));
  expect(runs.map(({ text, times }) => [text, times])).toEqual([
    ["a", 1],
    ["<pad>", 5],
    ...Array.from({ length: 5 }, () => ["b", 1]),
  ]);
  expect(runs[2]).toMatchObject({ at: 6, special: false });
});

test("a few equal special tokens are all shown", () => {
  expect(tokenRuns(tokens("<s>", "<s>")).map(({ at }) => at)).toEqual([0, 1]);
});

test("special tokens are marked in the text and nothing of it is lost", () => {
  const text = "<|im_start|>user\n2 < 3?<|im_end|>";
  const parts = markSpecial(text, tokens("<|im_start|>", "user", "\n", "2 < 3?", "<|im_end|>"));
  expect(parts.map((part) => part.text).join("")).toBe(text);
  expect(parts.filter(({ special }) => special).map((part) => part.text)).toEqual([
    "<|im_start|>",
    "<|im_end|>",
  ]);
});
