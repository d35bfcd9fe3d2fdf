import { useMemo } from "react";
import type { RewardSpec } from "@/api/scoring";
import type { Group, Message } from "@/api/types";
import { parseRewards } from "@/components/rewards/library";
import { useSessionDraft } from "@/lib/useSessionDraft";
import { CustomPane } from "./CustomPane";
import { PromptText } from "./PromptText";
import { SamplePane } from "./SamplePane";
import { parseSample, type SampleDraft } from "./sample";
import { TryPane } from "./TryPane";
import classes from "./Workbench.module.css";

/** Where the sample and the rewards come from; each keeps a draft of its own. */
export interface Start {
  sampleKey: string;
  sample: SampleDraft;
  rewardsKey: string;
  rewards: readonly RewardSpec[];
  prompt: { messages: readonly Message[]; images: readonly string[] } | null;
  /** The group of a recorded rollout. */
  group: Group | null;
}

interface Props {
  start: Start;
  isCustom: boolean;
}

/** A sample on the left; on the right rewards that score it, or a custom one being written. */
export function Workbench({ start, isCustom }: Props) {
  const [stored, setStored, forget] = useSessionDraft(`playground.sample.${start.sampleKey}`, parseSample);
  const [storedRewards, setRewards] = useSessionDraft(`playground.rewards.${start.rewardsKey}`, parseRewards);
  const draft = stored ?? start.sample;
  const rewards = storedRewards ?? start.rewards;
  const recorded = useMemo(() => start.group?.rollouts ?? [], [start.group]);
  const change = (changes: Partial<SampleDraft>) =>
    setStored((before) => ({ ...(before ?? start.sample), ...changes }));
  return (
    <div className={classes.columns}>
      <div className={classes.left}>
        {start.prompt && <PromptText {...start.prompt} />}
        <SamplePane
          draft={draft}
          group={start.group}
          rewards={rewards}
          onChange={change}
          onReset={stored === null ? null : forget}
        />
      </div>
      {isCustom ? (
        <CustomPane draft={draft} />
      ) : (
        <TryPane draft={draft} rewards={rewards} recorded={recorded} onRewards={setRewards} />
      )}
    </div>
  );
}
