import { expect, test } from "vitest";
import { parseCompletion } from "./completion";

const short = (text: string) =>
  parseCompletion(text).map(({ kind, text, complete }) => [kind, text, complete]);

test("thoughts and answer are told apart", () => {
  expect(short("<think>3+4=7</think><answer>7</answer>")).toEqual([
    ["thought", "3+4=7", true],
    ["answer", "7", true],
  ]);
});

test("text around and between the tags stays", () => {
  expect(short("so <think>a</think>\n<answer>b</answer> end")).toEqual([
    ["text", "so ", true],
    ["thought", "a", true],
    ["text", "\n", true],
    ["answer", "b", true],
    ["text", " end", true],
  ]);
});

test("an unclosed tag runs to the end and is marked", () => {
  expect(short("<think>never ends")).toEqual([["thought", "never ends", false]]);
  expect(short("<think>a</think><answer>7")).toEqual([
    ["thought", "a", true],
    ["answer", "7", false],
  ]);
});

test("thoughts may begin in the prompt", () => {
  expect(short("already thinking</think><answer>1</answer>")).toEqual([
    ["thought", "already thinking", false],
    ["answer", "1", true],
  ]);
});

test("a closing tag that nothing opened stays visible", () => {
  expect(short("7</answer> x")).toEqual([["text", "7</answer> x", true]]);
  expect(short("<answer>1</answer></think>")).toEqual([
    ["answer", "1", true],
    ["text", "</think>", true],
  ]);
});

test("a tag inside another one is text", () => {
  expect(short("<think>a<answer>b</answer>c</think>")).toEqual([["thought", "a<answer>b</answer>c", true]]);
});

test("empty, untagged and hostile text is text", () => {
  expect(short("")).toEqual([]);
  expect(short("just 7")).toEqual([["text", "just 7", true]]);
  expect(short("<img src=x onerror=alert(1)>")).toEqual([["text", "<img src=x onerror=alert(1)>", true]]);
});

test("no character of a well-formed completion is lost", () => {
  const text = "a<think>b</think>c<answer>d</answer>e";
  expect(
    parseCompletion(text)
      .map(({ text }) => text)
      .join(""),
  ).toBe("abcde");
});
