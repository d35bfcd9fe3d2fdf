import { Button, NumberInput, Select } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Play, RotateCcw } from "lucide-react";
import { problemOf } from "@/api/problem";
import { createRescore, rescoreOptions, rescoresKey } from "@/api/rescores";
import type { RewardSpec } from "@/api/scoring";
import { ProblemAlert } from "@/components/ProblemAlert";
import { RewardListEditor } from "@/components/rewards/RewardListEditor";
import { choiceParam } from "@/lib/search";
import { useSessionDraft } from "@/lib/useSessionDraft";
import { bodyOf, parseDraft, type RescoreDraft, SCALES, startFrom } from "./draft";
import classes from "./RescoreTab.module.css";

interface Props {
  runId: number;
  /** What the run was trained with. */
  recorded: readonly RewardSpec[];
  onStarted: (rescoreId: number) => void;
}

const SCALE_NAMES = {
  "": "as in the run",
  group: "std of the group",
  batch: "std of the batch",
  none: "not scaled",
};

/** The rewards to score with: those of the run, until they are changed. */
export function RescoreEditor({ runId, recorded, onStarted }: Props) {
  const [stored, setStored, forget] = useSessionDraft(`rescore.${runId}`, parseDraft);
  const draft = stored ?? startFrom(recorded);
  const change = (changes: Partial<RescoreDraft>) =>
    setStored((before) => ({ ...(before ?? startFrom(recorded)), ...changes }));
  const client = useQueryClient();
  const start = useMutation({
    mutationFn: () => createRescore(runId, bodyOf(draft)),
    onSuccess: (rescore) => {
      client.setQueryData(rescoreOptions(rescore.id).queryKey, rescore);
      void client.invalidateQueries({ queryKey: rescoresKey(runId) });
      onStarted(rescore.id);
    },
  });
  const problem = start.error ? problemOf(start.error) : null;
  const elsewhere = problem && {
    ...problem,
    errors: problem.errors.filter(({ path }) => !path.startsWith("rewards")),
  };
  const hasOwnPlace = problem !== null && problem.errors.length > 0 && elsewhere?.errors.length === 0;

  return (
    <section className={classes.editor} aria-label="Rewards to score with">
      <div className={classes.head}>
        <h2>Score again with</h2>
        {stored !== null && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            leftSection={<RotateCcw size={12} />}
            onClick={forget}
          >
            Rewards of the run
          </Button>
        )}
      </div>
      <RewardListEditor
        rewards={draft.rewards}
        errors={problem?.errors ?? []}
        onChange={(rewards) => change({ rewards })}
      />
      <div className={classes.options}>
        <Select
          label="scale_rewards"
          data={Object.entries(SCALE_NAMES).map(([value, label]) => ({ value, label }))}
          value={draft.scale ?? ""}
          allowDeselect={false}
          onChange={(value) => change({ scale: choiceParam(value, SCALES) ?? null })}
        />
        <StepInput
          label="from_step"
          placeholder="first"
          value={draft.fromStep}
          onChange={(fromStep) => change({ fromStep })}
        />
        <StepInput
          label="to_step"
          placeholder="last"
          value={draft.toStep}
          onChange={(toStep) => change({ toStep })}
        />
      </div>
      {elsewhere && !hasOwnPlace && <ProblemAlert problem={elsewhere} />}
      <Button
        leftSection={<Play size={13} />}
        loading={start.isPending}
        disabled={draft.rewards.length === 0}
        onClick={() => start.mutate()}
        data-testid="start-rescore"
      >
        Score the recorded rollouts
      </Button>
    </section>
  );
}

interface StepProps {
  label: string;
  placeholder: string;
  value: number | null;
  onChange: (value: number | null) => void;
}

function StepInput({ value, onChange, ...rest }: StepProps) {
  return (
    <NumberInput
      {...rest}
      size="xs"
      min={0}
      allowDecimal={false}
      hideControls
      value={value ?? ""}
      onChange={(next) => onChange(typeof next === "number" ? next : null)}
    />
  );
}
