/** What scores amount to, and how they are drawn. */
import type { RewardSpec } from "@/api/scoring";
import type { RewardScore, ScoreRead } from "@/api/types";
import { clamp } from "@/lib/numbers";

const NEARLY = 1e-6;

export type Tone = "full" | "part" | "none" | "negative";

export interface Bar {
  /** Both as shares of the bar's width, from left. */
  from: number;
  to: number;
  tone: Tone;
}

/** The score between the least and the most that can be shown; it grows from where zero lies. */
export function barOf(score: number, maximum: number | null): Bar {
  const high = Math.max(maximum ?? 1, score, 0);
  const low = Math.min(score, maximum !== null && maximum <= 0 ? -1 : 0);
  const place = (value: number) => (high === low ? 0 : clamp((value - low) / (high - low), 0, 1));
  const [zero, end] = [place(0), place(score)];
  return { from: Math.min(zero, end), to: Math.max(zero, end), tone: toneOf(score, maximum) };
}

function toneOf(score: number, maximum: number | null): Tone {
  if (score < -NEARLY) return "negative";
  if (maximum !== null && score >= maximum - NEARLY) return "full";
  return score > NEARLY ? "part" : "none";
}

/** The result of one reward on one completion; none while the answer belongs to an older question. */
export function scoreAt(
  scores: ScoreRead | undefined,
  sample: number,
  reward: number,
  spec: RewardSpec | undefined,
): RewardScore | undefined {
  const found = scores?.samples[sample]?.rewards[reward];
  return found && found.name === spec?.name ? found : undefined;
}

/** The most that the weighted sum can be; null when a reward has no maximum. */
export function highestTotal(scores: readonly RewardScore[]): number | null {
  let total = 0;
  for (const { weight, maximum } of scores) {
    if (maximum === null || weight < 0) return null;
    total += weight * maximum;
  }
  return total;
}

/** Recorded and new score differ by more than rounding, or only one of them is a number. */
export function differs(recorded: number | null, now: number | null): boolean {
  if (recorded === null || now === null) return recorded !== now;
  return Math.abs(recorded - now) > NEARLY;
}
