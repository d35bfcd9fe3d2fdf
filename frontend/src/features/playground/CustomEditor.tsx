import { Button, SegmentedControl, Select, TextInput, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ListPlus, Save } from "lucide-react";
import { useMemo } from "react";
import { rewardsOptions } from "@/api/catalog";
import { problemOf } from "@/api/problem";
import { CASES, CUSTOM_REWARDS, createCustomReward, DRAFT, type ScoreBody } from "@/api/scoring";
import type { CustomReward, SampleIn } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import { choiceParam } from "@/lib/search";
import { CaseError, CaseTable } from "./CaseTable";
import { CodeEditor } from "./CodeEditor";
import classes from "./CustomPane.module.css";
import { errorLine } from "./code";
import {
  type CustomDraft,
  creationOf,
  isName,
  KINDS,
  misplaced,
  missingIn,
  NAME_HELP,
  SCOPES,
} from "./customDraft";
import { LiveScores } from "./LiveScores";
import { type SampleDraft, samplesOf } from "./sample";
import { TEMPLATES } from "./template";
import { useScores } from "./useScores";

interface Props {
  draft: CustomDraft;
  sample: SampleDraft;
  onChange: (changes: Partial<CustomDraft>) => void;
  onStored: (stored: CustomReward) => void;
}

/** A custom reward being written: tried on the sample and on its cases while one types. */
export function CustomEditor({ draft, sample, onChange, onStored }: Props) {
  const { name, kind, scope, source, cases } = draft;
  const samples = useMemo(
    () => samplesOf(sample)?.filter(({ completion }) => completion !== "") ?? [],
    [sample],
  );
  const live = useScores(useDraftBody(draft, samples));
  // Siblings change the scores of a reward that compares them, and cases are not siblings.
  const caseSamples = useMemo(() => cases.map((item) => item.sample), [cases]);
  const tried = useScores(useDraftBody(draft, scope === "sample" ? caseSamples : NO_SAMPLES));
  const save = useSave(onStored);

  const problem = save.error ? problemOf(save.error) : null;
  const at = (path: string) => problem?.errors.find((error) => error.path === path);
  const elsewhere = problem && { ...problem, errors: misplaced(problem.errors, cases.length) };
  const hasOwnPlace = problem !== null && problem.errors.length > 0 && elsewhere?.errors.length === 0;
  const sourceError = at("source")?.reason;
  const traceback = live.scores?.samples.map(({ rewards }) => rewards[0]?.traceback).find(Boolean);
  const creation = creationOf(draft);
  const missing = missingIn(draft);

  return (
    <div className={classes.card}>
      <div className={classes.fields}>
        <TextInput
          label="name"
          className={classes.name}
          placeholder="my_reward"
          leftSection="custom/"
          leftSectionWidth={62}
          classNames={{ input: "mono", section: "mono" }}
          value={name}
          error={name === "" || isName(name) ? at("name")?.reason : NAME_HELP}
          onChange={({ currentTarget }) => onChange({ name: currentTarget.value })}
          data-testid="custom-name"
        />
        <Select
          label="kind"
          w={110}
          data={KINDS}
          value={kind}
          allowDeselect={false}
          onChange={(value) => onChange({ kind: choiceParam(value, KINDS) ?? "outcome" })}
        />
        <div>
          <span className={classes.label} id="scope-label">
            sees
          </span>
          <SegmentedControl
            size="xs"
            aria-labelledby="scope-label"
            data={[
              { value: "sample", label: "one completion" },
              { value: "group", label: "all siblings" },
            ]}
            value={scope}
            onChange={(value) => {
              const next = choiceParam(value, SCOPES) ?? "sample";
              const isUntouched = source === TEMPLATES[scope];
              onChange({ scope: next, ...(isUntouched ? { source: TEMPLATES[next] } : {}) });
            }}
          />
        </div>
      </div>
      <CodeEditor
        label="Code of the reward"
        text={source}
        wrongLine={errorLine(sourceError ?? traceback ?? null)}
        onChange={(next) => onChange({ source: next })}
      />
      {sourceError && (
        <div className={classes.error} role="alert" data-testid="source-error">
          <CaseError reason={sourceError} />
        </div>
      )}
      <LiveScores scores={live.scores} problem={live.problem} />

      <div className={classes.heading}>
        <h2>Cases</h2>
        <span className="muted">A version is stored only when each gets its expected score.</span>
        <span className={classes.right}>
          <Button
            variant="default"
            size="compact-xs"
            leftSection={<ListPlus size={13} />}
            disabled={samples.length === 0}
            data-testid="add-case"
            onClick={() => onChange({ cases: [...cases, ...newCases(samples, live.scores)] })}
          >
            {samples.length > 1 ? `Add these ${samples.length}` : "Add this completion"}
          </Button>
        </span>
      </div>
      {cases.length > 0 && (
        <CaseTable
          cases={cases}
          got={cases.map((_, i) => tried.scores?.samples[i]?.rewards[0])}
          errors={problem?.errors ?? []}
          onChange={(next) => onChange({ cases: next })}
        />
      )}
      {elsewhere && !hasOwnPlace && <ProblemAlert problem={elsewhere} />}
      <div className={classes.heading}>
        <span className="muted">Stored code never changes: what you save is a version of its own.</span>
        <span className={classes.right}>
          <Tooltip label={missing} disabled={missing === null}>
            <Button
              leftSection={<Save size={13} />}
              loading={save.isPending}
              data-disabled={missing !== null || undefined}
              aria-disabled={missing !== null}
              onClick={() => missing === null && creation && save.mutate(creation)}
              data-testid="custom-save"
            >
              Save version
            </Button>
          </Tooltip>
        </span>
      </div>
    </div>
  );
}

const NO_SAMPLES: SampleIn[] = [];
const TIMEOUT_S = 5;

function useDraftBody({ source, scope }: CustomDraft, samples: SampleIn[]): ScoreBody | null {
  return useMemo(
    () =>
      samples.length === 0 || source === ""
        ? null
        : {
            samples,
            rewards: [{ name: DRAFT, weight: 1, params: {}, timeout_s: TIMEOUT_S }],
            draft: source,
            draft_scope: scope,
          },
    [samples, source, scope],
  );
}

/** Each completion as a case that expects what it gets now: correct it where that is wrong. */
function newCases(samples: readonly SampleIn[], scores: ReturnType<typeof useScores>["scores"]) {
  return samples.map((sample, i) => {
    const score = scores?.samples[i]?.rewards[0]?.score;
    return { sample, expected: score === null || score === undefined ? "" : String(score), note: "" };
  });
}

function useSave(onStored: (stored: CustomReward) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: createCustomReward,
    onSuccess: async (stored) => {
      await Promise.all([
        client.invalidateQueries({ queryKey: CUSTOM_REWARDS }),
        client.invalidateQueries({ queryKey: rewardsOptions.queryKey }),
        client.invalidateQueries({ queryKey: CASES }),
      ]);
      notifications.show({ color: "teal", message: `Stored as ${stored.reference}` });
      onStored(stored);
    },
  });
}
