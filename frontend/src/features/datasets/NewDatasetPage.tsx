import { Button, Checkbox, NumberInput, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue, useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { createDataset, datasetsKey, type MappingIn, previewOptions, type Source } from "@/api/datasets";
import { type FieldProblem, problemOf } from "@/api/problem";
import { ProblemAlert } from "@/components/ProblemAlert";
import { GeneratorSource } from "./GeneratorSource";
import classes from "./NewDatasetPage.module.css";
import { Preview } from "./Preview";
import { SOURCES, type SourceKind } from "./search";
import { UploadSource } from "./UploadSource";

const route = getRouteApi("/datasets/new");

const TITLES: Record<SourceKind, string> = {
  upload: "Upload",
  path: "Path on the server",
  hub: "Hugging Face Hub",
  reasoning_gym: "reasoning-gym",
  synthetic: "Scenes",
};
const SETTLE_MS = 500;

/** From a source to a version, in steps on one page: where, what, how divided, under which name. */
export function NewDatasetPage() {
  useDocumentTitle("New data set · rftdeck");
  const { source: kind = "upload", name: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  const [sources, setSources] = useState<Partial<Record<SourceKind, Source>>>({});
  const [mappings, setMappings] = useState<Partial<Record<SourceKind, MappingIn>>>({});
  const [name, setName] = useState(asked ?? "");
  const [description, setDescription] = useState("");
  const [heldout, setHeldout] = useState(5);
  const [dropDuplicates, setDropDuplicates] = useState(false);
  const [dropLeaked, setDropLeaked] = useState(true);

  const source = sources[kind];
  const mapping = mappings[kind];
  const setSource = (next: Source | undefined) => {
    setSources((old) => ({ ...old, [kind]: next }));
    setMappings((old) => ({ ...old, [kind]: undefined }));
  };
  const isGenerated = kind === "reasoning_gym" || kind === "synthetic";
  const [settled] = useDebouncedValue(source, SETTLE_MS);
  const preview = useQuery({
    ...previewOptions({ source: settled ?? { kind: "path", path: "-" }, mapping: mapping ?? null }),
    enabled: settled !== undefined && settled.kind === kind,
  });
  const create = useMutation({
    mutationFn: createDataset,
    onSuccess: async (version) => {
      await queryClient.invalidateQueries({ queryKey: datasetsKey });
      await navigate({
        to: "/datasets/$datasetId",
        params: { datasetId: version.dataset_id },
        search: { version: version.id },
      });
    },
  });
  const refusal = create.isError ? problemOf(create.error) : null;
  const previewProblem = preview.isError ? problemOf(preview.error) : null;
  const errorAt = (path: string) => fieldError(refusal?.errors, path);

  return (
    <div className={classes.page}>
      <h1 className={classes.title}>{asked ? `New version of ${asked}` : "New data set"}</h1>

      <section aria-labelledby="step-source">
        <h2 id="step-source">1. Where the rows come from</h2>
        <SegmentedControl
          aria-label="Source"
          data={SOURCES.map((value) => ({ value, label: TITLES[value] }))}
          value={kind}
          onChange={(next) =>
            void navigate({
              search: (old) => ({ ...old, source: SOURCES.find((known) => known === next), task: undefined }),
              replace: true,
            })
          }
          data-testid="source-kind"
        />
        <div className={classes.source}>
          <SourceForm kind={kind} source={source} onChange={setSource} problems={previewProblem?.errors} />
        </div>
      </section>

      {source && (
        <section aria-labelledby="step-rows" aria-busy={preview.isFetching}>
          <h2 id="step-rows">2. The rows as they would be stored</h2>
          {previewProblem && <ProblemAlert problem={previewProblem} onRetry={() => void preview.refetch()} />}
          {preview.isLoading && <p className="muted">Reading the first records…</p>}
          {!previewProblem && preview.data && (
            <Preview
              preview={preview.data}
              isOld={preview.isPlaceholderData}
              onMap={(next) => setMappings((old) => ({ ...old, [kind]: next }))}
            />
          )}
        </section>
      )}

      {preview.data && !previewProblem && source && (
        <section aria-labelledby="step-name">
          <h2 id="step-name">3. Name and splits</h2>
          <div className={classes.fields}>
            <TextInput
              label="Name"
              description="Letters, digits, dots, dashes and underscores."
              value={name}
              error={errorAt("name")}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
              data-testid="dataset-name"
            />
            <Textarea
              label="Description"
              autosize
              minRows={1}
              value={description}
              error={errorAt("description")}
              onChange={({ currentTarget }) => setDescription(currentTarget.value)}
            />
            {!isGenerated && (
              <NumberInput
                label="Held out, %"
                description="Of the rows that name no split; the same problem never lands on both sides."
                min={0}
                max={90}
                clampBehavior="strict"
                value={heldout}
                error={errorAt("splits.heldout_fraction")}
                onChange={(next) => setHeldout(typeof next === "number" ? next : 0)}
                data-testid="heldout"
              />
            )}
            <Checkbox
              label="Drop duplicates: keep the first of rows with the same prompt and images"
              checked={dropDuplicates}
              onChange={({ currentTarget }) => setDropDuplicates(currentTarget.checked)}
            />
            <Checkbox
              label="Drop leaks: leave training rows out that stand in another split too"
              checked={dropLeaked}
              onChange={({ currentTarget }) => setDropLeaked(currentTarget.checked)}
            />
          </div>
          {refusal && <ProblemAlert problem={refusal} />}
          <Button
            mt="sm"
            disabled={name.trim() === ""}
            loading={create.isPending}
            onClick={() =>
              create.mutate({
                name: name.trim(),
                source,
                mapping: mapping ?? preview.data?.mapping ?? null,
                splits: {
                  heldout_fraction: isGenerated ? 0 : heldout / 100,
                  drop_duplicates: dropDuplicates,
                  drop_leaked: dropLeaked,
                },
                description,
              })
            }
            data-testid="import"
          >
            {name.trim() === "" ? "Name it to import" : isGenerated ? "Make the rows" : "Import"}
          </Button>
        </section>
      )}
    </div>
  );
}

interface SourceFormProps {
  kind: SourceKind;
  source: Source | undefined;
  onChange: (source: Source | undefined) => void;
  problems: readonly FieldProblem[] | undefined;
}

function SourceForm({ kind, source, onChange, problems }: SourceFormProps) {
  switch (kind) {
    case "upload":
      return <UploadSource key="upload" chosen={source?.kind === "upload"} onChange={onChange} />;
    case "path":
      return (
        <TextInput
          label="Path"
          description="A file or folder on the machine of the server."
          placeholder="/data/geometry/train.jsonl"
          value={source?.kind === "path" ? source.path : ""}
          error={fieldError(problems, "source.path")}
          onChange={({ currentTarget: { value } }) =>
            onChange(value ? { kind: "path", path: value } : undefined)
          }
          data-testid="path"
        />
      );
    case "hub":
      return (
        <HubForm
          source={source?.kind === "hub" ? source : undefined}
          onChange={onChange}
          problems={problems}
        />
      );
    default:
      return (
        <GeneratorSource key={kind} kind={kind} source={source} onChange={onChange} problems={problems} />
      );
  }
}

type Hub = Extract<Source, { kind: "hub" }>;

function HubForm({
  source,
  onChange,
  problems,
}: Pick<SourceFormProps, "onChange" | "problems"> & { source: Hub | undefined }) {
  const edit = (change: Partial<Hub>) => {
    const next: Hub = { kind: "hub", repo_id: "", ...source, ...change };
    onChange(next.repo_id ? next : undefined);
  };
  return (
    <div className={classes.row}>
      <TextInput
        label="Repository"
        placeholder="openai/gsm8k"
        value={source?.repo_id ?? ""}
        error={fieldError(problems, "source.repo_id")}
        onChange={({ currentTarget }) => edit({ repo_id: currentTarget.value.trim() })}
        data-testid="hub-repo"
      />
      <TextInput
        label="Configuration"
        placeholder="default"
        value={source?.config ?? ""}
        error={fieldError(problems, "source.config")}
        onChange={({ currentTarget }) => edit({ config: currentTarget.value || null })}
      />
      <TextInput
        label="Revision"
        placeholder="main"
        value={source?.revision ?? ""}
        error={fieldError(problems, "source.revision")}
        onChange={({ currentTarget }) => edit({ revision: currentTarget.value || null })}
      />
    </div>
  );
}

function fieldError(errors: readonly FieldProblem[] | undefined, path: string): string | undefined {
  const found = errors?.find((error) => error.path === path || error.path.startsWith(`${path}.`));
  return found && (found.fix ? `${found.reason} → ${found.fix}` : found.reason);
}
