import { Skeleton } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { presetsOptions, recipesOptions, specSchemaOptions, storedVersionOptions } from "@/api/catalog";
import { problemOf } from "@/api/problem";
import { runOptions } from "@/api/runs";
import type { DatasetVersion, PresetList, RunDetail } from "@/api/types";
import { Loading } from "@/components/Loading";
import { ProblemAlert } from "@/components/ProblemAlert";
import { isJsonObject, type JsonObject } from "@/lib/json";
import { defaultsOf, parseSchema } from "@/lib/schema";
import { toYaml } from "@/lib/yaml";
import { datasetEdits, editedYaml, type FieldEdit, recipeEdits } from "./edits";
import { LaunchEditor } from "./LaunchEditor";
import classes from "./LaunchPage.module.css";
import { PresetCards } from "./PresetCards";

const route = getRouteApi("/launch");
const TEXT_PRESET = "starter-text";
const VISION_PRESET = "starter-vision";

export function LaunchPage() {
  useDocumentTitle("New run · rftdeck");
  const search = route.useSearch();
  const presets = useQuery(presetsOptions);
  const schema = useQuery(specSchemaOptions);
  const from = useQuery({ ...runOptions(search.from ?? 0), enabled: search.from !== undefined });

  const dataset = useQuery(storedVersionOptions(search.dataset ?? ""));
  const recipes = useQuery({ ...recipesOptions, enabled: search.dataset !== undefined });

  const asked = search.dataset === undefined ? [] : [dataset, recipes];
  const failed = [presets, schema, from, ...asked].find((query) => query.isError && query.data === undefined);
  if (failed) return <ProblemAlert problem={problemOf(failed.error)} onRetry={() => void failed.refetch()} />;
  const isWaiting =
    (search.from !== undefined && !from.data) || asked.some((query) => query.data === undefined);
  if (!presets.data || !schema.data || isWaiting) {
    return (
      <Loading what="the form">
        <Skeleton height={480} radius="md" />
      </Loading>
    );
  }

  const version = search.dataset === undefined ? undefined : dataset.data;
  const preset = search.preset ?? (search.from === undefined ? firstPreset(version) : undefined);
  const fields = parseSchema(schema.data);
  const start = from.data && search.from !== undefined ? copyOf(from.data) : presetSpec(presets.data, preset);
  const base = start ?? defaultsOf(fields);
  const recipe = version?.recipe ? recipes.data?.recipes[version.recipe] : undefined;
  const edits: FieldEdit[] = version
    ? [[["name"], version.name], ...datasetEdits(base, version), ...(recipe ? recipeEdits(recipe) : [])]
    : [];
  const origin = search.from === undefined ? `preset-${preset}` : `run-${search.from}`;
  const source = version ? `${origin}-${search.dataset}` : origin;
  return (
    <>
      <h1 className={classes.title}>
        New run
        {search.from !== undefined && from.data && <span className="muted">copy of {from.data.name}</span>}
      </h1>
      <PresetCards presets={presets.data} search={{ ...search, preset }} />
      <LaunchEditor
        key={source}
        source={source}
        initial={editedYaml(toYaml(base), edits)}
        fields={fields}
        schema={schema.data}
        presets={presets.data}
      />
    </>
  );
}

/** A model that cannot see has nothing to do with images. */
function firstPreset(version: DatasetVersion | undefined): string {
  return version?.splits.some(({ with_images }) => with_images > 0) ? VISION_PRESET : TEXT_PRESET;
}

function presetSpec(presets: PresetList, name: string | undefined) {
  const spec: unknown = name === undefined ? undefined : presets.specs[name]?.spec;
  return isJsonObject(spec) ? spec : null;
}

/** A pre-flight ran before all others and without restarts; a run that is made from it does neither. */
function copyOf({ spec, kind }: Pick<RunDetail, "spec" | "kind">): JsonObject | null {
  const copy: unknown = spec;
  if (!isJsonObject(copy)) return null;
  const resources = copy.resources;
  if (kind !== "preflight" || !isJsonObject(resources)) return copy;
  const { priority: _, max_restarts: __, ...rest } = resources;
  return { ...copy, resources: rest };
}
