import type { RescoredRollout } from "@/api/types";

/** A plausible re-scored rollout, for tests. */
export function sampleRescored(changes: Partial<RescoredRollout> = {}): RescoredRollout {
  return {
    rollout_id: 1,
    group_id: 1,
    step: 3,
    completion: "<answer>12</answer>",
    answer: "12",
    reward_old: 1,
    reward_new: 0,
    advantage_old: 0.7,
    advantage_new: -0.7,
    scores_old: { exact_answer: 1 },
    scores_new: { exact_answer: 0 },
    reasons: {},
    flipped: true,
    ...changes,
  };
}
