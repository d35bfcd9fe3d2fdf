/** What rewards there are, and what a spec means by their names. */
import { baseName, CUSTOM_PREFIX, jsonObject, type RewardSpec } from "@/api/scoring";
import type { CustomReward, RewardInfo } from "@/api/types";
import { formatNumber } from "@/lib/format";
import { isRecord, type JsonObject } from "@/lib/json";
import { defaultsOf, parseParams } from "@/lib/schema";

export interface RewardLibrary {
  items: readonly RewardInfo[];
  /** All stored versions of custom rewards, newest first. */
  versions: readonly CustomReward[];
}

/** The entry of a reward by the name in a spec; a custom one without a version means its newest. */
export function infoOf({ items, versions }: RewardLibrary, name: string): RewardInfo | undefined {
  const exact = items.find((item) => item.name === name);
  if (exact) return exact;
  const version = versions.find(
    ({ reference }) => reference === name || (!name.includes("@") && baseName(reference) === name),
  );
  return version && customInfo(version);
}

function customInfo({ reference, kind, doc, scope, params }: CustomReward): RewardInfo {
  const maximum = scope === "group" ? null : 1;
  return { name: reference, kind, doc, scope, maximum, needs: [], custom: true, params };
}

export function versionsOf({ versions }: RewardLibrary, name: string): CustomReward[] {
  if (!name.startsWith(CUSTOM_PREFIX)) return [];
  return versions.filter(({ reference }) => baseName(reference) === baseName(name));
}

const TIMEOUT_S = 5;

export function newReward({ name, params }: Pick<RewardInfo, "name" | "params">): RewardSpec {
  return { name, weight: 1, params: defaultsOf(parseParams(params)), timeout_s: TIMEOUT_S };
}

/** The params that differ from their defaults, as `key=value`, for one line of text. */
export function changedParams(reward: RewardSpec, info: RewardInfo | undefined): string[] {
  const defaults: JsonObject = info ? defaultsOf(parseParams(info.params)) : {};
  return Object.entries(jsonObject(reward.params))
    .filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(defaults[key]))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`);
}

/** 1 exact_answer + 0.5 think_answer − 0.2 soft_overlong */
export function sumText(rewards: readonly Pick<RewardSpec, "name" | "weight">[]): string {
  return rewards
    .map(({ name, weight }, i) => {
      const sign = weight < 0 ? "− " : i > 0 ? "+ " : "";
      return `${sign}${formatNumber(Math.abs(weight))} ${name}`;
    })
    .join(" ");
}

/** Problems below a path, with what is left of their paths: `rewards[0].name` below `rewards.0` is at `name`. */
export function problemsBelow<T extends { path: string }>(problems: readonly T[], path: string): T[] {
  return problems.flatMap((problem) => {
    const normal = problem.path.replaceAll(/\[(\d+)\]/g, ".$1");
    if (normal === path) return [{ ...problem, path: "" }];
    return normal.startsWith(`${path}.`) ? [{ ...problem, path: normal.slice(path.length + 1) }] : [];
  });
}

/** Rewards that were stored while they were being written; null when they are of no use. */
export function parseRewards(stored: unknown): RewardSpec[] | null {
  if (!Array.isArray(stored)) return null;
  const rewards = stored.flatMap((item): RewardSpec[] => {
    if (!isRecord(item)) return [];
    const { name, weight, params, timeout_s } = item;
    if (typeof name !== "string" || typeof weight !== "number" || typeof timeout_s !== "number") return [];
    return [{ name, weight, params: jsonObject(params), timeout_s }];
  });
  return rewards.length === stored.length ? rewards : null;
}
