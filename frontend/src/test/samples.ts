/** Plausible answers of the server, for tests. */
import type { Group, Rollout, Run, RunDetail, Series } from "@/api/types";

export function sampleRun(changes: Partial<Run> = {}): Run {
  return {
    id: 7,
    name: "chained sums",
    experiment: "starters",
    tags: [],
    notes: "",
    kind: "managed",
    state: "queued",
    requested: null,
    state_reason: null,
    phase: null,
    phase_fraction: null,
    priority: 0,
    queue: "default",
    worker: null,
    attempt: 0,
    step: 0,
    max_steps: 100,
    created_at: "2026-11-22T16:00:00Z",
    started_at: null,
    finished_at: null,
    latest: {},
    sparkline: [],
    ...changes,
  };
}

export function sampleDetail(changes: Partial<RunDetail> = {}): RunDetail {
  return { ...sampleRun(), spec: null, config: {}, algorithm: {}, last_event_id: 0, ...changes };
}

export function sampleSeries(key: string, values: (number | null)[], changes: Partial<Series> = {}): Series {
  return {
    run_id: 7,
    key,
    n_points: values.length,
    bucketed: false,
    steps: values.map((_, i) => i + 1),
    times: values.map((_, i) => 1000 + i),
    mean: values,
    min: values,
    max: values,
    count: values.map(() => 1),
    ...changes,
  };
}

export function sampleRollout(changes: Partial<Rollout> = {}): Rollout {
  return {
    id: 1,
    group_id: 1,
    index: 0,
    completion: "<think>3+9=12</think><answer>12</answer>",
    length: 20,
    truncated: false,
    scores: { exact_answer: 1 },
    notes: {},
    reward: 1,
    advantage: 0.5,
    ...changes,
  };
}

export function sampleGroup(changes: Partial<Group> = {}): Group {
  const rollouts = [sampleRollout(), sampleRollout({ id: 2, index: 1, reward: 0, advantage: -0.5 })];
  return {
    id: 1,
    run_id: 7,
    attempt: 1,
    step: 3,
    index: 0,
    mode: "train",
    row: "train-3",
    prompt: [{ role: "user", content: "3 + 9 = ?" }],
    images: [],
    answer: "12",
    columns: {},
    n_rollouts: 2,
    reward_mean: 0.5,
    reward_std: 0.7,
    length_mean: 20,
    n_truncated: 0,
    time: "2026-11-22T16:00:00Z",
    superseded: false,
    rollouts,
    ...changes,
  };
}
