/** The sample on the left of the playground: one prompt's gold and columns, and completions to score. */
import { jsonObject, type RolloutSample } from "@/api/scoring";
import type { DatasetRow, Group, SampleIn } from "@/api/types";
import { isJsonObject, isRecord, type JsonObject } from "@/lib/json";

export interface CompletionDraft {
  text: string;
  /** Counted by a tokenizer; null once the text is not what was counted. */
  tokens: number | null;
  /** The rollout whose text this is, unchanged. */
  rollout: number | null;
}

export interface SampleDraft {
  completions: CompletionDraft[];
  /** Empty when there is no gold. */
  answer: string;
  /** The other columns of the row as JSON, as it is being written. */
  columns: string;
  step: number;
  maxSteps: number | null;
}

export const EMPTY_COMPLETION: CompletionDraft = { text: "", tokens: null, rollout: null };

export const EMPTY_SAMPLE: SampleDraft = {
  completions: [EMPTY_COMPLETION],
  answer: "",
  columns: "",
  step: 0,
  maxSteps: null,
};

export function parseSample(stored: unknown): SampleDraft | null {
  if (!isRecord(stored) || !Array.isArray(stored.completions)) return null;
  const { answer, columns, step, maxSteps } = stored;
  const completions = stored.completions.flatMap(parseCompletion);
  if (completions.length === 0 || typeof answer !== "string" || typeof columns !== "string") return null;
  return {
    completions,
    answer,
    columns,
    step: typeof step === "number" ? step : 0,
    maxSteps: typeof maxSteps === "number" ? maxSteps : null,
  };
}

function parseCompletion(stored: unknown): CompletionDraft[] {
  if (!isRecord(stored) || typeof stored.text !== "string") return [];
  const { text, tokens, rollout } = stored;
  return [
    {
      text,
      tokens: typeof tokens === "number" ? tokens : null,
      rollout: typeof rollout === "number" ? rollout : null,
    },
  ];
}

/** The columns, or null while they are no JSON object. */
export function parseColumns(text: string): JsonObject | null {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** What the server scores; null while the columns do not parse. */
export function samplesOf(draft: SampleDraft): SampleIn[] | null {
  const row = parseColumns(draft.columns);
  if (row === null) return null;
  return draft.completions.map(({ text, tokens }) => ({
    completion: text,
    answer: draft.answer === "" ? null : draft.answer,
    length: tokens,
    row,
    step: draft.step,
    max_steps: draft.maxSteps,
  }));
}

function columnsText(columns: JsonObject): string {
  return Object.keys(columns).length === 0 ? "" : JSON.stringify(columns, null, 2);
}

/** The columns that a training would hand to the rewards of a row. */
export function rowColumns(row: DatasetRow): JsonObject {
  const { objects, solution, answer_type, task_type, source, split, difficulty, extra } = row;
  const named = { objects, solution, answer_type, task_type, source, split, difficulty };
  const present = Object.entries(named).filter(([, value]) => value !== null);
  return jsonObject({ ...Object.fromEntries(present), ...extra });
}

export function sampleFromRow(row: DatasetRow): SampleDraft {
  return { ...EMPTY_SAMPLE, answer: row.answer ?? "", columns: columnsText(rowColumns(row)) };
}

export function sampleFromRollout({ rollout, group, maxSteps }: RolloutSample): SampleDraft {
  return {
    completions: [{ text: rollout.completion, tokens: rollout.length, rollout: rollout.id }],
    answer: group.answer ?? "",
    columns: columnsText("columns" in group ? jsonObject(group.columns) : {}),
    step: rollout.step,
    maxSteps,
  };
}

/** All completions of the group in their order; those that were written by hand stay behind them. */
export function withSiblings(draft: SampleDraft, group: Group): SampleDraft {
  const recorded = group.rollouts.map(({ completion, length, id }) => ({
    text: completion,
    tokens: length,
    rollout: id,
  }));
  const written = draft.completions.filter(({ text, rollout }) => rollout === null && text !== "");
  return { ...draft, completions: [...recorded, ...written] };
}

/** Four characters a token, as the server counts what nobody has tokenised. */
export function approximateTokens(text: string): number {
  return Math.max(1, Math.round(text.length / 4));
}
