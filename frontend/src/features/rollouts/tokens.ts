/** How a token is coloured. */
import type { Maybe } from "@/lib/numbers";
import { clamp } from "@/lib/numbers";

export const MEASURES = ["logps", "entropies"] as const;
export type Measure = (typeof MEASURES)[number];

/** Nats of surprise with the full colour: a token that had one chance in 150. */
const FULL_SURPRISE = 5;
const LEAST_ENTROPY_SCALE = 1;

/** The value that gets the full colour: fixed for surprise, so that completions can be compared. */
export function fullScale(measure: Measure, entropies: readonly Maybe[] | null): number {
  if (measure === "logps") return FULL_SURPRISE;
  return Math.max(LEAST_ENTROPY_SCALE, ...(entropies ?? []).map((value) => value ?? 0));
}

/** 0 (sure) to 1 (surprised or undecided); null without a value. */
export function strength(measure: Measure, value: Maybe | undefined, scale: number): number | null {
  if (value === null || value === undefined) return null;
  return clamp((measure === "logps" ? -value : value) / scale, 0, 1);
}

/** Line ends and tabs are invisible; in the token view they are not. */
export function visibleToken(token: string): string {
  return token.replaceAll("\r", "␍").replaceAll("\n", "↵\n").replaceAll("\t", "⇥\t");
}
