/** Pass rates as bars, and the rows within a band of them. */

export interface Bar {
  /** Passes, from and to, of n_completions. */
  from: number;
  to: number;
  count: number;
}

/** Shares of completions that pass, 0 to 1, both ends included. */
export type Band = readonly [low: number, high: number];

/** At most this many bars stand side by side with a number on each. */
const MOST_BARS = 17;
const MIDDLE_BARS = 9;

/**
 * One bar for each number of passes. Of many completions those in the middle are put together; none and all keep a
 * bar of their own, since these prompts teach nothing.
 */
export function barsOf(histogram: readonly number[]): Bar[] {
  const last = histogram.length - 1;
  if (histogram.length <= MOST_BARS) return histogram.map((count, i) => ({ from: i, to: i, count }));
  const edge = (part: number) => 1 + Math.round((part * (last - 1)) / MIDDLE_BARS);
  const middle = Array.from({ length: MIDDLE_BARS }, (_, part) => {
    const [from, end] = [edge(part), edge(part + 1)];
    return { from, to: end - 1, count: histogram.slice(from, end).reduce((sum, n) => sum + n, 0) };
  });
  return [
    { from: 0, to: 0, count: histogram[0] ?? 0 },
    ...middle,
    { from: last, to: last, count: histogram[last] ?? 0 },
  ];
}

/** Whether prompts of a bar lie within the band, wholly or in part. */
export function isInBand({ from, to }: Bar, nCompletions: number, [low, high]: Band): boolean {
  return to / nCompletions >= low && from / nCompletions <= high;
}

export function rowsWithin<T extends { pass_rate: number }>(rows: readonly T[], [low, high]: Band): T[] {
  return rows.filter(({ pass_rate }) => pass_rate >= low && pass_rate <= high);
}

/** `dataset:counting@1f2e…` → `counting-10-90`, a name that the server takes. */
export function bandName(dataset: string, [low, high]: Band): string {
  const base = (dataset.replace(/^dataset:/, "").split("@")[0] ?? "")
    .replaceAll(/[^A-Za-z0-9_.-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "");
  return `${base.slice(0, 80) || "rows"}-${Math.round(low * 100)}-${Math.round(high * 100)}`;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

/** Why a data set cannot have the name; null when it can. */
export function nameProblem(name: string): string | null {
  if (NAME.test(name)) return null;
  return name.length > 100
    ? "At most 100 characters."
    : "Letters, digits, and . _ - after the first character.";
}
