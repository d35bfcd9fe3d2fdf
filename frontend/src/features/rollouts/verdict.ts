/** What a person says a reward should have given. */
import type { RewardSpec } from "@/api/scoring";
import type { Rollout } from "@/api/types";

export const CHOICES = ["0", "1", "other", "undecided"] as const;
export type Choice = (typeof CHOICES)[number];

/** null: the reward must say that it cannot decide. Undefined while the number is none. */
export function expectedScore(choice: Choice, other: string): number | null | undefined {
  if (choice === "undecided") return null;
  const text = choice === "other" ? other.trim() : choice;
  const number = Number(text);
  return text === "" || !Number.isFinite(number) ? undefined : number;
}

const TIMEOUT_S = 5;

/** The rewards of the run's spec; of a run without one, those that the rollout was scored by. */
export function judgedBy(rollout: Rollout, spec: readonly RewardSpec[] | undefined): RewardSpec[] {
  if (spec) return [...spec];
  return Object.keys(rollout.scores).map((name) => ({ name, weight: 1, params: {}, timeout_s: TIMEOUT_S }));
}

/** The opposite of what was given is what is most often meant. */
export function likelyChoice(score: number | null | undefined): Choice {
  return score !== null && score !== undefined && score > 0.5 ? "0" : "1";
}
