import { Skeleton } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { presetsOptions, specSchemaOptions } from "@/api/catalog";
import { problemOf } from "@/api/problem";
import { runOptions } from "@/api/runs";
import type { PresetList } from "@/api/types";
import { Loading } from "@/components/Loading";
import { ProblemAlert } from "@/components/ProblemAlert";
import { isJsonObject } from "@/lib/json";
import { defaultsOf, parseSchema } from "@/lib/schema";
import { toYaml } from "@/lib/yaml";
import { LaunchEditor } from "./LaunchEditor";
import classes from "./LaunchPage.module.css";
import { PresetCards } from "./PresetCards";

const route = getRouteApi("/launch");
const FIRST_PRESET = "starter-text";

export function LaunchPage() {
  useDocumentTitle("New run · rftdeck");
  const search = route.useSearch();
  const presets = useQuery(presetsOptions);
  const schema = useQuery(specSchemaOptions);
  const from = useQuery({ ...runOptions(search.from ?? 0), enabled: search.from !== undefined });

  const failed = [presets, schema, from].find((query) => query.isError && query.data === undefined);
  if (failed) return <ProblemAlert problem={problemOf(failed.error)} onRetry={() => void failed.refetch()} />;
  if (!presets.data || !schema.data || (search.from !== undefined && !from.data)) {
    return (
      <Loading what="the form">
        <Skeleton height={480} radius="md" />
      </Loading>
    );
  }

  const preset = search.preset ?? (search.from === undefined ? FIRST_PRESET : undefined);
  const fields = parseSchema(schema.data);
  const start = from.data && search.from !== undefined ? copyOf(from.data) : presetSpec(presets.data, preset);
  const source = search.from === undefined ? `preset-${preset}` : `run-${search.from}`;
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
        initial={toYaml(start ?? defaultsOf(fields))}
        fields={fields}
        schema={schema.data}
        presets={presets.data}
      />
    </>
  );
}

function presetSpec(presets: PresetList, name: string | undefined) {
  const spec: unknown = name === undefined ? undefined : presets.specs[name]?.spec;
  return isJsonObject(spec) ? spec : null;
}

function copyOf(run: { spec: unknown }) {
  return isJsonObject(run.spec) ? run.spec : null;
}
