import { Button, SegmentedControl } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { RotateCcw } from "lucide-react";
import { useMemo } from "react";
import { experimentsOptions, modelsOptions, storedVersionOptions, validationOptions } from "@/api/catalog";
import { problemOf } from "@/api/problem";
import type { DatasetVersion, NameInfo, PresetList } from "@/api/types";
import { getAt } from "@/lib/json";
import { type Field, rewardItemFields } from "@/lib/schema";
import { parseYaml } from "@/lib/yaml";
import { useDraft } from "./draft";
import { applyEdits, datasetEdits } from "./edits";
import { byPath, idealFinding, problemFindings, showField } from "./findings";
import classes from "./LaunchPage.module.css";
import { PreflightPanel } from "./PreflightPanel";
import { SidePanel } from "./SidePanel";
import { SectionNav, SpecForm } from "./SpecForm";
import { FormContext, type LaunchForm } from "./useForm";
import { useLaunch } from "./useLaunch";
import { YamlEditor } from "./YamlEditor";

const route = getRouteApi("/launch");
const CHECK_AFTER_MS = 350;

interface Props {
  /** Where the draft started; it keeps drafts apart. */
  source: string;
  initial: string;
  fields: readonly Field[];
  schema: unknown;
  presets: PresetList;
}

/** The spec as a form or as YAML, and beside it what the server says of it. */
export function LaunchEditor({ source, initial, fields, schema, presets }: Props) {
  const { view } = route.useSearch();
  const navigate = route.useNavigate();
  const draft = useDraft(source, initial);
  const launch = useLaunch(draft.text, draft.discard);
  const rewardFields = useMemo(() => rewardItemFields(schema), [schema]);

  const [checked] = useDebouncedValue(draft.value, CHECK_AFTER_MS);
  const validation = useQuery({
    ...validationOptions(checked),
    enabled: draft.parsed.ok,
    placeholderData: keepPreviousData,
  });
  const refusal = launch.error ? problemOf(launch.error) : null;
  const findings = useMemo(() => {
    const fromCheck = validation.data?.findings ?? [];
    const known = new Set(fromCheck.map(({ path, reason }) => `${path} ${reason}`));
    return [
      ...fromCheck,
      ...problemFindings(refusal).filter(({ path, reason }) => !known.has(`${path} ${reason}`)),
    ];
  }, [validation.data, refusal]);

  const dataset = getAt(draft.value, ["dataset", "name"]);
  const stored = useQuery(storedVersionOptions(typeof dataset === "string" ? dataset : ""));
  const version = stored.data?.state === "ready" ? stored.data : undefined;
  const split = getAt(draft.value, ["dataset", "split"]);
  const suggestions = useSuggestions(version);
  const start = useMemo(() => {
    const parsed = parseYaml(initial);
    return parsed.ok ? parsed.value : {};
  }, [initial]);
  const form: LaunchForm = {
    value: draft.value,
    edit: (path, value) => {
      launch.reset();
      draft.edit(path, value);
    },
    findings: useMemo(() => byPath(findings), [findings]),
    suggestions,
    initial: start,
    version,
    locked: !draft.parsed.ok,
  };
  const setView = (next: string) =>
    void navigate({
      search: (old) => ({ ...old, view: next === "yaml" ? "yaml" : undefined }),
      replace: true,
    });
  const problem = launch.error
    ? refusal && refusal.errors.length === 0
      ? refusal
      : null
    : validation.isError
      ? problemOf(validation.error)
      : null;

  return (
    <FormContext value={form}>
      <div className={classes.columns}>
        <div className={classes.nav}>
          <SectionNav fields={fields} />
        </div>
        <div className={classes.middle}>
          <div className={classes.tools}>
            <SegmentedControl
              size="xs"
              aria-label="View"
              data={[
                { value: "form", label: "Form" },
                { value: "yaml", label: "YAML" },
              ]}
              value={view ?? "form"}
              onChange={setView}
            />
            {draft.isEdited && (
              <>
                <span className="muted">Edited; kept in this tab</span>
                <Button
                  variant="subtle"
                  color="gray"
                  size="compact-xs"
                  leftSection={<RotateCcw size={12} />}
                  onClick={draft.discard}
                >
                  Start over
                </Button>
              </>
            )}
          </div>
          {view === "yaml" ? (
            <YamlEditor
              text={draft.text}
              parsed={draft.parsed}
              onChange={(text) => {
                launch.reset();
                draft.setText(text);
              }}
            />
          ) : (
            <SpecForm fields={fields} rewardFields={rewardFields} presets={presets} />
          )}
        </div>
        <SidePanel
          parsed={draft.parsed}
          validation={validation.data}
          findings={findings}
          isChecking={validation.isFetching}
          problem={problem}
          ideal={idealFinding(findings)}
          version={version}
          split={typeof split === "string" ? split : "train"}
          preflight={
            <PreflightPanel
              source={source}
              value={draft.value}
              spec={validation.data?.spec ?? null}
              blocked={!draft.parsed.ok || findings.some(({ level }) => level === "error")}
              onUse={(chosen) => applyEdits(form.edit, datasetEdits(draft.value, chosen))}
            />
          }
          isLaunching={launch.isPending}
          onLaunch={() => launch.mutate(draft.value)}
          onShow={(path) => {
            setView("form");
            requestAnimationFrame(() => showField(path));
          }}
        />
      </div>
    </FormContext>
  );
}

function useSuggestions(version: DatasetVersion | undefined): Record<string, string[]> {
  const models = useQuery(modelsOptions);
  const experiments = useQuery(experimentsOptions);
  const names = (items: readonly Pick<NameInfo, "name">[] | undefined) =>
    (items ?? []).map(({ name }) => name);
  const splits = version?.splits.map(({ split }) => split);
  return {
    "model.name": names(models.data?.items),
    experiment: names(experiments.data?.items),
    ...(splits ? { "dataset.split": splits, "dataset.heldout.split": splits } : {}),
  };
}
