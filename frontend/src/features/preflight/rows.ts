import type { PreflightResult } from "@/api/types";

/** A row with the place of its group among the recorded ones. */
export type NumberedRow = PreflightResult["rows"][number] & { group: number };

export const ORDERS = {
  sampled: "As sampled",
  hardest: "Hardest first",
  easiest: "Easiest first",
} as const;
export type RowOrder = keyof typeof ORDERS;

/** Rows with the same pass rate by their reward, then as they were sampled. */
export function sorted(rows: readonly NumberedRow[], order: RowOrder): NumberedRow[] {
  if (order === "sampled") return [...rows];
  const sign = order === "hardest" ? 1 : -1;
  return rows.toSorted(
    (a, b) =>
      sign * (a.pass_rate - b.pass_rate || (a.reward_mean ?? 0) - (b.reward_mean ?? 0)) || a.group - b.group,
  );
}
