/** What choosing a data set or a recipe does to a spec, as edits of single fields. */
import { jsonObject } from "@/api/scoring";
import type { DatasetVersion, Recipe } from "@/api/types";
import { getAt, type Json, type JsonObject, type Path, sameJson } from "@/lib/json";
import { editYaml } from "@/lib/yaml";
import type { Edit } from "./draft";

export type FieldEdit = readonly [path: Path, value: Json];

/** Splits that hold rows back, in the order in which they are taken. */
const HELDOUT_SPLITS = ["heldout", "test"];
const USUAL_SPLIT = "train";
const HELDOUT_ROWS = 256;
/** Without a split of their own at most this share of the training rows is held out. */
const HELDOUT_SHARE = 0.2;

/** Stored rows have their columns under these names, so that nothing need be said of them. */
const COLUMNS: readonly FieldEdit[] = [
  [["dataset", "config"], null],
  [["dataset", "prompt_column"], "prompt"],
  [["dataset", "answer_column"], "answer"],
  [["dataset", "image_column"], null],
];

type Version = Pick<DatasetVersion, "reference" | "name" | "splits">;

/** Name, split and held-out split of a stored version; columns and limits of another data set go. */
export function datasetEdits(value: JsonObject, version: Version): FieldEdit[] {
  const { splits } = version;
  const heldout = HELDOUT_SPLITS.map((name) => splits.find(({ split }) => split === name)).find(Boolean);
  const train =
    splits.find(({ split }) => split === USUAL_SPLIT) ??
    splits.filter((split) => split !== heldout).toSorted((a, b) => b.rows - a.rows)[0];
  const own = heldout?.rows ?? Math.floor((train?.rows ?? 0) * HELDOUT_SHARE);
  return [
    [["dataset", "name"], version.reference ?? `dataset:${version.name}`],
    [["dataset", "split"], train?.split ?? USUAL_SPLIT],
    [
      ["dataset", "heldout"],
      own < 1 ? null : { split: heldout?.split ?? null, rows: Math.min(HELDOUT_ROWS, own) },
    ],
    ...COLUMNS.filter(([path, fallback]) => !sameJson(getAt(value, path) ?? fallback, fallback)),
  ];
}

export function recipeEdits(recipe: Recipe): FieldEdit[] {
  return [
    [["rewards"], recipe.rewards.map(jsonObject)],
    [["dataset", "system_prompt"], recipe.system_prompt],
  ];
}

export function applyEdits(edit: Edit, edits: readonly FieldEdit[]): void {
  for (const [path, value] of edits) edit(path, value);
}

export function editedYaml(text: string, edits: readonly FieldEdit[]): string {
  return edits.reduce((now, [path, value]) => editYaml(now, path, value), text);
}

/** Id of the recipe whose rewards and wording the spec has. */
export function recipeInUse(value: JsonObject, recipes: Record<string, Recipe>): string | null {
  const found = Object.entries(recipes).find(([, recipe]) =>
    recipeEdits(recipe).every(([path, wanted]) => sameJson(getAt(value, path), wanted)),
  );
  return found?.[0] ?? null;
}

/** Whether a person wrote the system prompt: it is neither empty, nor the one this draft began with, nor a recipe's. */
export function isOwnPrompt(
  prompt: Json | undefined,
  initial: Json | undefined,
  recipes: Record<string, Recipe>,
): boolean {
  if (typeof prompt !== "string" || prompt.trim() === "" || prompt === initial) return false;
  return Object.values(recipes).every(({ system_prompt }) => system_prompt !== prompt);
}
