/** A plausible pre-flight, for tests. */
import type { DatasetVersion, Preflight, PreflightResult } from "@/api/types";

/** Pass rates of eight prompts with four completions each. */
const PASS_RATES = [0, 0.25, 0.25, 0.5, 0.5, 0.75, 1, 1];

export function samplePreflightResult(changes: Partial<PreflightResult> = {}): PreflightResult {
  return {
    n_prompts: 8,
    n_completions: 4,
    histogram: [1, 2, 2, 1, 2],
    pass_rate: 0.53,
    all_correct_frac: 0.25,
    all_wrong_frac: 0.125,
    zero_std_frac: 0.375,
    expected_no_signal_frac: 0.375,
    truncated_frac: 0.02,
    mean_length: 41.5,
    p95_length: 88,
    prompt_length_mean: 24,
    prompt_length_max: 31,
    rewards: [
      {
        name: "exact_answer",
        mean: 0.53,
        std: 0.5,
        none_frac: 0,
        timeout_frac: 0,
        p50_latency_s: 0.00004,
        p95_latency_s: 0.0001,
        reason: null,
      },
    ],
    rows: PASS_RATES.map((pass_rate, i) => ({
      row: `row-${i}`,
      pass_rate,
      reward_mean: pass_rate,
      truncated: 0,
    })),
    ideal: { passed: true, checked: 8, failures: [], example: "<answer>12</answer>" },
    tokens_per_second: 5200,
    step_time_s: 0.8,
    parts: { generate_s: 0.5, reward_s: 0.02, update_s: 0.25, other_s: 0.03 },
    bottleneck: "generation",
    startup_s: 3,
    evaluation_s: 2,
    duration_s: 90,
    memory_bytes: 700 * 2 ** 20,
    memory_limit_bytes: 16 * 2 ** 30,
    device: "cpu",
    ...changes,
  };
}

export function samplePreflight(changes: Partial<Preflight> = {}): Preflight {
  return {
    run_id: 12,
    state: "completed",
    state_reason: null,
    phase: null,
    phase_fraction: null,
    options: { n_prompts: 8, n_completions: 4, measured_steps: 3 },
    result: samplePreflightResult(),
    created_at: "2026-11-22T16:00:00Z",
    ...changes,
  };
}

export function sampleVersion(changes: Partial<DatasetVersion> = {}): DatasetVersion {
  return {
    id: 5,
    dataset_id: 3,
    name: "counting",
    number: 2,
    state: "ready",
    job: null,
    sha256: "1f2e3d4c5b6a",
    reference: "dataset:counting@1f2e3d4c5b6a",
    rows: 1200,
    size_bytes: 1_000_000,
    splits: [sampleSplit("train", 1000), sampleSplit("heldout", 200)],
    findings: [],
    problems: [],
    n_problems: 0,
    source: { kind: "upload", upload_id: "a" },
    mapping: null,
    split_options: { heldout_fraction: 0, drop_duplicates: false, drop_leaked: true },
    recipe: "counting",
    created_at: "2026-11-22T16:00:00Z",
    used_by_runs: 0,
    ...changes,
  };
}

export function sampleSplit(split: string, rows: number): DatasetVersion["splits"][number] {
  return {
    split,
    rows,
    prompt_length: { edges: [0, 100], counts: [rows] },
    prompt_length_p50: 40,
    prompt_length_p95: 80,
    prompt_length_max: 100,
    answer_types: { number: rows },
    task_types: { counting: rows },
    sources: {},
    with_images: 0,
    images: 0,
    duplicates: 0,
    leaked: 0,
  };
}
