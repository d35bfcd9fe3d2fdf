/** A custom reward while it is being written. */
import type { FieldProblem } from "@/api/problem";
import { jsonObject, type Kind, type Scope } from "@/api/scoring";
import type { CustomReward, CustomRewardCreate, SampleIn } from "@/api/types";
import { isRecord } from "@/lib/json";
import { choiceParam } from "@/lib/search";
import { TEMPLATES } from "./template";

export const KINDS = ["outcome", "process", "shaping"] as const satisfies readonly Kind[];
export const SCOPES = ["sample", "group"] as const satisfies readonly Scope[];

export interface CaseDraft {
  sample: SampleIn;
  /** As it is being written; empty when the reward must say that it cannot decide. */
  expected: string;
  note: string;
}

export interface CustomDraft {
  name: string;
  kind: Kind;
  scope: Scope;
  source: string;
  cases: CaseDraft[];
}

export const EMPTY_CUSTOM: CustomDraft = {
  name: "",
  kind: "outcome",
  scope: "sample",
  source: TEMPLATES.sample,
  cases: [],
};

export function parseCustom(stored: unknown): CustomDraft | null {
  if (!isRecord(stored)) return null;
  const { name, source, cases } = stored;
  const kind = choiceParam(stored.kind, KINDS);
  const scope = choiceParam(stored.scope, SCOPES);
  if (typeof name !== "string" || typeof source !== "string" || !kind || !scope) return null;
  return { name, kind, scope, source, cases: Array.isArray(cases) ? cases.flatMap(parseCase) : [] };
}

function parseCase(stored: unknown): CaseDraft[] {
  if (!isRecord(stored) || !isRecord(stored.sample)) return [];
  const { completion, answer, length, row, step, max_steps } = stored.sample;
  if (typeof completion !== "string") return [];
  const sample: SampleIn = {
    completion,
    answer: typeof answer === "string" ? answer : null,
    length: typeof length === "number" ? length : null,
    row: jsonObject(row),
    step: typeof step === "number" ? step : 0,
    max_steps: typeof max_steps === "number" ? max_steps : null,
  };
  const { expected, note } = stored;
  return [
    {
      sample,
      expected: typeof expected === "string" ? expected : "",
      note: typeof note === "string" ? note : "",
    },
  ];
}

/** A new version starts from the code of a stored one; its kept cases are run by the server anyway. */
export function draftFrom({ name, kind, scope, source }: CustomReward): CustomDraft {
  return { name, kind, scope, source, cases: [] };
}

const NAME = /^[a-z][a-z0-9_]{0,63}$/;

export function isName(text: string): boolean {
  return NAME.test(text);
}

export const NAME_HELP = "Small letters, digits and _, starting with a letter";

/** What must still be done before the draft can be stored. */
export function missingIn({ name, cases }: CustomDraft): string | null {
  if (name === "") return "Give it a name";
  if (!isName(name)) return NAME_HELP;
  if (cases.length === 0) return "Add a case: a completion whose right score you know";
  const isWrong = cases.some(({ expected }) => expectedOf(expected) === undefined);
  return isWrong ? "An expected score is no number" : null;
}

/** Empty: the reward must not decide. Undefined while it is no number. */
export function expectedOf(text: string): number | null | undefined {
  if (text.trim() === "") return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** What is sent; null while a case expects something that is no number. */
export function creationOf({ name, kind, scope, source, cases }: CustomDraft): CustomRewardCreate | null {
  const sent = cases.map(({ sample, expected, note }) => ({
    sample,
    expected: expectedOf(expected),
    tolerance: TOLERANCE,
    note,
  }));
  const valid = sent.flatMap(({ expected, ...rest }) =>
    expected === undefined ? [] : [{ ...rest, expected }],
  );
  return valid.length === sent.length ? { name, kind, scope, source, params: {}, cases: valid } : null;
}

const TOLERANCE = 1e-6;

/** A reason carries its traceback behind the first line. */
export function splitReason(reason: string): { told: string; traceback: string | null } {
  const end = reason.indexOf("\n");
  return end < 0
    ? { told: reason, traceback: null }
    : { told: reason.slice(0, end), traceback: reason.slice(end + 1) };
}

/** The problems that have no place in the editor: neither the code, nor the name, nor a case of it. */
export function misplaced(problems: readonly FieldProblem[], nCases: number): FieldProblem[] {
  return problems.filter(({ path }) => {
    const index = /^cases\.(\d+)/.exec(path)?.[1];
    if (index !== undefined) return Number(index) >= nCases;
    return path !== "source" && path !== "name";
  });
}
