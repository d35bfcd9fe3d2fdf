import { expect, test } from "vitest";
import type { Recipe } from "@/api/types";
import { getAt } from "@/lib/json";
import { parseYaml, toYaml } from "@/lib/yaml";
import { sampleSplit, sampleVersion } from "@/test/preflight";
import { datasetEdits, editedYaml, isOwnPrompt, recipeEdits, recipeInUse } from "./edits";

const reward = { name: "exact_answer", weight: 1, params: {}, timeout_s: 5 };
const counting: Recipe = {
  title: "Counting",
  after: "R1-V",
  task_type: "counting",
  answer_type: "number",
  rewards: [reward],
  system_prompt: "Count.",
  ideal: "<answer>{answer}</answer>",
};
const recipes = { counting };

const spec = { dataset: { name: "starter/digit-sums", split: "train", image_column: "images" } };

function after(version: Parameters<typeof datasetEdits>[1]) {
  const parsed = parseYaml(editedYaml(toYaml(spec), datasetEdits(spec, version)));
  return parsed.ok ? parsed.value.dataset : parsed.message;
}

test("a stored version brings its reference, its splits, and no columns of another data set", () => {
  expect(after(sampleVersion())).toEqual({
    name: "dataset:counting@1f2e3d4c5b6a",
    split: "train",
    image_column: null,
    heldout: { split: "heldout", rows: 200 },
  });
});

test("the test split is held out when there is no other, with no more rows than the evaluation takes", () => {
  const splits = [sampleSplit("train", 1000), sampleSplit("test", 5000)];
  expect(after(sampleVersion({ splits }))).toMatchObject({ heldout: { split: "test", rows: 256 } });
});

test("without such a split a share of the training rows is held out, and of a handful none", () => {
  const only = (rows: number) => after(sampleVersion({ splits: [sampleSplit("all", rows)] }));
  expect(only(100)).toMatchObject({ split: "all", heldout: { split: null, rows: 20 } });
  expect(only(4)).toMatchObject({ heldout: null });
});

test("a recipe is recognised once it was applied, and no longer when its rewards were changed", () => {
  const text = editedYaml("name: mine # keep\n", recipeEdits(counting));
  expect(text).toContain("# keep");
  const parsed = parseYaml(text);
  const value = parsed.ok ? parsed.value : {};
  expect(recipeInUse(value, recipes)).toBe("counting");
  expect(getAt(value, ["rewards", 0, "name"])).toBe("exact_answer");
  expect(recipeInUse({ ...value, rewards: [{ ...reward, weight: 2 }] }, recipes)).toBeNull();
});

test("only a prompt that a person wrote is asked about", () => {
  expect(isOwnPrompt(null, null, recipes)).toBe(false);
  expect(isOwnPrompt("Add the digits.", "Add the digits.", recipes)).toBe(false);
  expect(isOwnPrompt("Count.", null, recipes)).toBe(false);
  expect(isOwnPrompt("Mine.", "Add the digits.", recipes)).toBe(true);
});
