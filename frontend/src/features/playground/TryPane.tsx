import { Button, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { FlaskConical, RotateCw } from "lucide-react";
import { useMemo } from "react";
import { recipesOptions } from "@/api/catalog";
import type { RewardSpec } from "@/api/scoring";
import type { Rollout } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { ProblemAlert } from "@/components/ProblemAlert";
import { sumText } from "@/components/rewards/library";
import { RewardListEditor } from "@/components/rewards/RewardListEditor";
import { ScoreLine } from "./ScoreLine";
import { type SampleDraft, samplesOf } from "./sample";
import { scoreAt } from "./scores";
import { Isolation, Totals } from "./Totals";
import classes from "./TryPane.module.css";
import { useScores } from "./useScores";

interface Props {
  draft: SampleDraft;
  rewards: readonly RewardSpec[];
  /** What a run recorded for these completions. */
  recorded: readonly Rollout[];
  onRewards: (rewards: RewardSpec[]) => void;
}

/** Rewards, and below each of them what it says of every completion. */
export function TryPane({ draft, rewards, recorded, onRewards }: Props) {
  const body = useMemo(() => {
    const samples = samplesOf(draft);
    const isEmpty = draft.completions.every(({ text }) => text === "");
    if (samples === null || isEmpty || rewards.length === 0) return null;
    return { samples, rewards: [...rewards], draft_scope: "sample" as const };
  }, [draft, rewards]);
  const { scores, problem, isBusy, again } = useScores(body);
  const elsewhere = problem && {
    ...problem,
    errors: problem.errors.filter(({ path }) => !path.startsWith("rewards")),
  };
  const hasOwnPlace = problem !== null && problem.errors.length > 0 && elsewhere?.errors.length === 0;
  const byId = new Map(recorded.map((rollout) => [rollout.id, rollout]));

  return (
    <section className={classes.pane} aria-label="Rewards">
      <div className={classes.tools}>
        <RecipeSelect onPick={onRewards} />
        <Button
          variant="default"
          leftSection={<RotateCw size={13} />}
          disabled={body === null}
          onClick={again}
          data-testid="score-now"
        >
          Score
        </Button>
      </div>
      {rewards.length > 0 && <Totals scores={scores} isBusy={body !== null && isBusy} />}
      {elsewhere && !hasOwnPlace && <ProblemAlert problem={elsewhere} onRetry={again} />}
      {rewards.length === 0 && (
        <EmptyState icon={<FlaskConical size={22} />} title="No rewards yet">
          Take the rewards of a recipe, or add single ones below. They are scored while you type.
        </EmptyState>
      )}
      <RewardListEditor
        rewards={rewards}
        errors={problem?.errors ?? []}
        onChange={onRewards}
        below={(i) =>
          draft.completions.map(({ rollout }, sample) => {
            const score = scoreAt(scores, sample, i, rewards[i]);
            const known = rollout === null ? undefined : byId.get(rollout)?.scores;
            return (
              score && (
                <ScoreLine
                  // biome-ignore lint/suspicious/noArrayIndexKey: a completion is its place
                  key={sample}
                  label={draft.completions.length > 1 ? `#${sample + 1}` : null}
                  score={score}
                  recorded={known && score.name in known ? known[score.name] : undefined}
                />
              )
            );
          })
        }
      />
      {scores && <Isolation isolation={scores.isolation} />}
    </section>
  );
}

function RecipeSelect({ onPick }: { onPick: (rewards: RewardSpec[]) => void }) {
  const recipes = useQuery(recipesOptions).data?.recipes ?? {};
  return (
    <Select
      aria-label="Rewards of a recipe"
      placeholder="Take the rewards of a recipe…"
      className={classes.recipe}
      searchable
      nothingFoundMessage="No such recipe"
      data={Object.entries(recipes).map(([value, { title }]) => ({ value, label: title }))}
      value={null}
      onChange={(name) => {
        const recipe = name === null ? undefined : recipes[name];
        if (recipe) onPick(recipe.rewards);
      }}
      renderOption={({ option }) => (
        <span className={classes.choice}>
          <b>{option.label}</b>
          <span className="muted">
            {sumText(recipes[option.value]?.rewards ?? [])}
            {` · after ${recipes[option.value]?.after}`}
          </span>
        </span>
      )}
      comboboxProps={{ width: 460, position: "bottom-start" }}
      data-testid="recipe"
    />
  );
}
