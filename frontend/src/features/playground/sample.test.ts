import { expect, test } from "vitest";
import type { DatasetRow } from "@/api/types";
import { sampleGroup } from "@/test/samples";
import {
  EMPTY_COMPLETION,
  EMPTY_SAMPLE,
  parseColumns,
  parseSample,
  sampleFromRow,
  samplesOf,
  withSiblings,
} from "./sample";
import { rolloutOf, validatePlaygroundSearch } from "./search";

const ROW: DatasetRow = {
  id: "r1",
  messages: [{ role: "user", content: "<image>How many?" }],
  images: ["aa"],
  videos: [],
  audios: [],
  objects: { bbox: [[0, 0, 4, 4]], ref: ["cup"], point: [] },
  answer: "3",
  answer_type: "number",
  task_type: null,
  solution: null,
  source: "clevr",
  split: "train",
  difficulty: 0,
  extra: { scene: "a" },
};

test("a row gives its gold and the columns that a training hands on", () => {
  const draft = sampleFromRow(ROW);
  expect(draft.answer).toBe("3");
  expect(parseColumns(draft.columns)).toEqual({
    objects: ROW.objects,
    answer_type: "number",
    source: "clevr",
    split: "train",
    difficulty: 0,
    scene: "a",
  });
});

test("an empty gold is no gold, and a text that was changed has no token count", () => {
  const draft = { ...EMPTY_SAMPLE, completions: [{ text: "a", tokens: 7, rollout: 1 }, EMPTY_COMPLETION] };
  expect(samplesOf(draft)).toEqual([
    { completion: "a", answer: null, length: 7, row: {}, step: 0, max_steps: null },
    { completion: "", answer: null, length: null, row: {}, step: 0, max_steps: null },
  ]);
});

test.each(["[1]", "{", "null", '"a"'])("%j are no columns, so nothing is scored", (columns) => {
  expect(parseColumns(columns)).toBeNull();
  expect(samplesOf({ ...EMPTY_SAMPLE, columns })).toBeNull();
});

test("the siblings of a rollout come in their order, and what was written by hand stays", () => {
  const group = sampleGroup();
  const written = { ...EMPTY_COMPLETION, text: "mine" };
  const draft = { ...EMPTY_SAMPLE, completions: [{ text: "x", tokens: 1, rollout: 2 }, written] };
  expect(withSiblings(draft, group).completions.map(({ rollout, text }) => rollout ?? text)).toEqual([
    1,
    2,
    "mine",
  ]);
});

test("a stored draft is read back, and nothing else is", () => {
  expect(parseSample(JSON.parse(JSON.stringify(EMPTY_SAMPLE)))).toEqual(EMPTY_SAMPLE);
  for (const other of [null, 3, {}, { ...EMPTY_SAMPLE, completions: [] }, { ...EMPTY_SAMPLE, answer: 3 }]) {
    expect(parseSample(other)).toBeNull();
  }
});

test("the sample in the URL is a row or a rollout, never both", () => {
  expect(validatePlaygroundSearch({ version: "3", split: "test", row: "4", tab: "custom" })).toEqual({
    tab: "custom",
    version: 3,
    split: "test",
    row: 4,
  });
  expect(validatePlaygroundSearch({ rollout: "9", version: "3", run: "1", tab: "nonsense" })).toEqual({
    rollout: 9,
  });
  expect(validatePlaygroundSearch({ row: "4", run: "-1", reward: "custom/a@b" })).toEqual({
    reward: "custom/a@b",
  });
});

test.each([
  ["12", 12],
  ["#12", 12],
  ["http://127.0.0.1:8420/runs/3/rollouts?step=2&rollout=77", 77],
  ["http://127.0.0.1:8420/runs/3/rollouts?step=2", undefined],
  ["", undefined],
])("the rollout in %j is %s", (text, expected) => expect(rolloutOf(text)).toBe(expected));
