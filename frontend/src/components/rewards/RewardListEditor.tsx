import type { ReactNode } from "react";
import type { FieldProblem } from "@/api/problem";
import type { RewardSpec } from "@/api/scoring";
import { AddReward } from "./AddReward";
import { infoOf, newReward, problemsBelow, versionsOf } from "./library";
import { RewardCard } from "./RewardCard";
import classes from "./RewardListEditor.module.css";
import { useRewardLibrary } from "./useRewardLibrary";

interface Props {
  rewards: readonly RewardSpec[];
  /** The refusals of the server; those below `rewards` stand at their reward. */
  errors: readonly FieldProblem[];
  onChange: (rewards: RewardSpec[]) => void;
  /** What stands below a reward's params. */
  below?: (index: number) => ReactNode;
}

/** Rewards with their weights and params, to be changed, added and removed. */
export function RewardListEditor({ rewards, errors, onChange, below }: Props) {
  const library = useRewardLibrary();
  return (
    <div className={classes.list}>
      {rewards.map((reward, i) => (
        <RewardCard
          // biome-ignore lint/suspicious/noArrayIndexKey: the place of a reward is its path in an error
          key={i}
          reward={reward}
          info={infoOf(library, reward.name)}
          versions={versionsOf(library, reward.name)}
          errors={problemsBelow(errors, `rewards.${i}`)}
          onChange={(next) => onChange(rewards.with(i, next))}
          onRemove={() => onChange(rewards.toSpliced(i, 1))}
        >
          {below?.(i)}
        </RewardCard>
      ))}
      <AddReward
        items={library.items}
        used={new Set(rewards.map(({ name }) => name))}
        onAdd={(info) => onChange([...rewards, newReward(info)])}
      />
    </div>
  );
}
