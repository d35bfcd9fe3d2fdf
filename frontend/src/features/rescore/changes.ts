/** What a re-scoring changed, in the words of the page. */
import type { RescoredRollout, RescoreResult } from "@/api/types";
import { formatFixed, formatNumber, formatPercent, formatSigned, MISSING } from "@/lib/format";

export interface ScoreChange {
  name: string;
  /** undefined where the reward was not asked. */
  before: number | null | undefined;
  now: number | null | undefined;
  reason: string | undefined;
}

/** All rewards of before and now; those that changed come first. */
export function scoreChanges({ scores_old, scores_new, reasons }: RescoredRollout): ScoreChange[] {
  const names = [...new Set([...Object.keys(scores_new), ...Object.keys(scores_old)])];
  const changes = names.map((name) => ({
    name,
    before: scores_old[name],
    now: scores_new[name],
    reason: reasons[name],
  }));
  return changes.toSorted((a, b) => Number(isSame(a)) - Number(isSame(b)));
}

export function isSame({ before, now }: Pick<ScoreChange, "before" | "now">): boolean {
  return before === now;
}

export interface Tile {
  label: string;
  help: string;
  before: string | null;
  now: string;
  /** Of the number that is shown; null where nothing is compared. */
  delta: string | null;
  tone: "good" | "bad" | "plain";
}

type Totals = RescoreResult["totals"];

export function tilesOf(totals: Totals): Tile[] {
  const { mean_old, mean_new, zero_std_old, zero_std_new } = totals;
  const both = mean_old !== null && mean_new !== null;
  const lost = zero_std_new - zero_std_old;
  return [
    {
      label: "Mean reward",
      help: "Over all rollouts. Other weights or maxima move it without any rollout being better or worse.",
      before: formatFixed(mean_old, 3),
      now: formatFixed(mean_new, 3),
      delta: both ? formatSigned(mean_new - mean_old, 3) : null,
      tone: "plain",
    },
    {
      label: "Groups without signal",
      help: "Share of groups in which all rewards are equal: they teach nothing.",
      before: formatPercent(zero_std_old),
      now: formatPercent(zero_std_new),
      delta: `${formatSigned(lost * 100, 1)} points`,
      tone: Math.abs(lost) < NEARLY ? "plain" : lost < 0 ? "good" : "bad",
    },
    {
      label: "Advantage changes sign",
      help: "Rollouts that the loss would have pushed the other way.",
      before: null,
      now: formatNumber(totals.flipped),
      delta: totals.rollouts > 0 ? `${formatPercent(totals.flipped / totals.rollouts)} of rollouts` : null,
      tone: "plain",
    },
    {
      label: "Order changes",
      help: "Share of groups in which two rollouts change places.",
      before: null,
      now: formatPercent(totals.order_changed),
      delta: "of groups",
      tone: "plain",
    },
    {
      label: "Kendall τ",
      help: "Mean rank correlation of old and new reward inside the groups that have signal in both: 1 is the same order, −1 the reverse.",
      before: null,
      now: totals.kendall_tau === null ? MISSING : formatFixed(totals.kendall_tau, 3),
      delta: totals.kendall_tau === null ? "no group has signal in both" : null,
      tone: "plain",
    },
    {
      label: "Undecided",
      help: "Rollouts that no new reward could score.",
      before: null,
      now: formatNumber(totals.undecided),
      delta: null,
      tone: totals.undecided > 0 ? "bad" : "plain",
    },
  ];
}

const NEARLY = 1e-9;
