/** What a pre-flight says, in one sentence. */
import type { PreflightResult } from "@/api/types";
import { formatPercent } from "@/lib/format";

export type Tone = "good" | "warn" | "bad";

export interface Verdict {
  tone: Tone;
  /** Two words. */
  title: string;
  text: string;
}

/** Cut-off completions teach the wrong lesson: to stop, not to solve. DAPO masks them for that (arXiv 2503.14476). */
const TRUNCATED_TOO_OFTEN = 0.25;
/** A reward that is silent so often is broken or does not fit the data. */
const UNDECIDED_TOO_OFTEN = 0.5;
/** Share of groups with signal: above, a run is well spent; below, most of it is thrown away. */
const TEACHABLE = 0.5;
const HARDLY_TEACHABLE = 0.2;

/** The worst first: what makes a run pointless comes before what makes it slow. */
export function verdictOf(result: PreflightResult): Verdict {
  const { ideal, rewards, truncated_frac } = result;
  const failure = ideal && !ideal.passed ? ideal.failures[0] : undefined;
  if (failure) {
    return {
      tone: "bad",
      title: "Cannot be earned",
      text: `a perfect answer does not reach the maximum of ${failure.reward}. Choose rewards that fit the gold.`,
    };
  }
  const silent = rewards.find(({ none_frac }) => none_frac > UNDECIDED_TOO_OFTEN);
  if (silent) {
    return {
      tone: "bad",
      title: "Often without a score",
      text: `${silent.name} could not decide on ${percent(silent.none_frac)} of the completions${silent.reason ? ` (${silent.reason})` : ""}.`,
    };
  }
  if (truncated_frac > TRUNCATED_TOO_OFTEN) {
    return {
      tone: "warn",
      title: "Truncated too often",
      text: `${percent(truncated_frac)} of the completions are cut off: raise max_completion_length.`,
    };
  }
  return signalVerdict(result);
}

function signalVerdict({
  expected_no_signal_frac,
  zero_std_frac,
  all_correct_frac,
  all_wrong_frac,
}: PreflightResult): Verdict {
  const signal = 1 - expected_no_signal_frac;
  const carry = `${percent(signal)} of the groups carry signal`;
  if (signal >= TEACHABLE) return { tone: "good", title: "Teachable", text: `${carry}.` };
  const tone = signal >= HARDLY_TEACHABLE ? "warn" : "bad";
  if (all_correct_frac === null || all_wrong_frac === null) {
    const text = `only ${carry}; in the others all completions get the same reward.`;
    return { tone, title: "Little signal", text };
  }
  if (all_correct_frac > all_wrong_frac) {
    const text = `${percent(all_correct_frac)} of the prompts are always solved, ${carry}. Keep the harder rows.`;
    return { tone, title: "Too easy", text };
  }
  const never = `${percent(all_wrong_frac)} of the prompts are never solved`;
  const told = 1 - zero_std_frac;
  // Format and shaping can lead a policy to its first right answers, and some starters begin so.
  if (told >= TEACHABLE) {
    const text = `${never}, but other rewards tell completions apart in ${percent(told)} of the groups. Watch whether the answers follow.`;
    return { tone: "warn", title: "Hard, with a start", text };
  }
  const text = `${never}, ${carry}. Keep the easier rows, or start from a stronger model.`;
  return { tone, title: "Too hard", text };
}

function percent(fraction: number): string {
  return formatPercent(fraction, 0);
}
