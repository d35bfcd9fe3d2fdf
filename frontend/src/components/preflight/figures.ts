/** The numbers of a pre-flight with their units. */
import type { PreflightResult } from "@/api/types";
import {
  formatCompact,
  formatDuration,
  formatFixed,
  formatMiB,
  formatNumber,
  formatPercent,
} from "@/lib/format";
import type { FactItem } from "./Facts";

export function signalFacts(result: PreflightResult): FactItem[] {
  const { all_correct_frac, all_wrong_frac, expected_no_signal_frac, pass_rate, zero_std_frac } = result;
  const judged: FactItem[] =
    pass_rate === null
      ? []
      : [
          {
            label: "Pass rate",
            value: formatPercent(pass_rate),
            title: "Share of all completions that pass",
          },
        ];
  const ends: FactItem[] =
    all_correct_frac === null || all_wrong_frac === null
      ? []
      : [
          {
            label: "Prompts always right",
            value: formatPercent(all_correct_frac),
            title: "Of those sampled",
          },
          { label: "Prompts always wrong", value: formatPercent(all_wrong_frac), title: "Of those sampled" },
        ];
  return [
    ...judged,
    {
      label: "Groups without signal",
      value: formatPercent(expected_no_signal_frac),
      title: "Expected in training: all completions of the group right, or all wrong",
      testId: "no-signal",
    },
    ...ends,
    {
      label: "Same reward throughout",
      value: formatPercent(zero_std_frac),
      title: "Sampled prompts whose completions all got the same reward, all rewards together",
    },
  ];
}

export function lengthFacts(result: PreflightResult): FactItem[] {
  const { truncated_frac, mean_length, p95_length, prompt_length_mean, prompt_length_max } = result;
  return [
    { label: "Truncated", value: formatPercent(truncated_frac), title: "Completions that were cut off" },
    {
      label: "Completion, mean · p95",
      value: `${formatFixed(mean_length, 0)} · ${formatFixed(p95_length, 0)} tokens`,
    },
    {
      label: "Prompt, mean · longest",
      value: `${formatFixed(prompt_length_mean, 0)} · ${formatNumber(prompt_length_max)} tokens`,
    },
  ];
}

export function costFacts(result: PreflightResult): FactItem[] {
  const { tokens_per_second, duration_s, memory_bytes, memory_limit_bytes, startup_s, evaluation_s } = result;
  return [
    {
      label: "Run, estimated",
      value: `≈ ${formatDuration(duration_s)}`,
      title: `Start ${formatDuration(startup_s)}, then all steps, and ${formatDuration(evaluation_s)} for each evaluation`,
      testId: "estimated-duration",
    },
    {
      label: "Memory, peak",
      value:
        memory_limit_bytes === null
          ? formatMiB(memory_bytes)
          : `${formatMiB(memory_bytes)} of ${formatMiB(memory_limit_bytes)}`,
    },
    { label: "Sampling", value: `${formatCompact(Math.round(tokens_per_second))} tokens/s` },
  ];
}
