/** A re-scoring while it is being put together. */
import type { RescoreBody, Scale } from "@/api/rescores";
import type { RewardSpec } from "@/api/scoring";
import { parseRewards } from "@/components/rewards/library";
import { isRecord } from "@/lib/json";
import { choiceParam } from "@/lib/search";

export const SCALES = ["group", "batch", "none"] as const satisfies readonly Scale[];

export interface RescoreDraft {
  rewards: RewardSpec[];
  /** null is what the run had. */
  scale: Scale | null;
  fromStep: number | null;
  toStep: number | null;
}

export function startFrom(rewards: readonly RewardSpec[]): RescoreDraft {
  return { rewards: [...rewards], scale: null, fromStep: null, toStep: null };
}

export function parseDraft(stored: unknown): RescoreDraft | null {
  if (!isRecord(stored)) return null;
  const rewards = parseRewards(stored.rewards);
  const { scale, fromStep, toStep } = stored;
  return rewards === null
    ? null
    : {
        rewards,
        scale: choiceParam(scale, SCALES) ?? null,
        fromStep: typeof fromStep === "number" ? fromStep : null,
        toStep: typeof toStep === "number" ? toStep : null,
      };
}

export function bodyOf({ rewards, scale, fromStep, toStep }: RescoreDraft): RescoreBody {
  return { rewards, scale_rewards: scale, from_step: fromStep, to_step: toStep };
}
