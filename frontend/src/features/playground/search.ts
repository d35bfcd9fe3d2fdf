import { choiceParam, intParam, textParam } from "@/lib/search";

export const TABS = ["custom", "cases"] as const;
export type Tab = (typeof TABS)[number];

export interface PlaygroundSearch {
  tab?: Tab;
  /** A row of a stored data set, */
  version?: number;
  split?: string;
  /** by its place in the split; */
  row?: number;
  /** or a recorded rollout, with the rewards of its run; */
  rollout?: number;
  /** or the rewards of a run alone. */
  run?: number;
  /** The custom reward that is open, or the reward whose cases are. */
  reward?: string;
}

export function validatePlaygroundSearch(search: Record<string, unknown>): PlaygroundSearch {
  const tab = choiceParam(search.tab, TABS);
  const rollout = intParam(search.rollout, { min: 1 });
  const version = rollout === undefined ? intParam(search.version, { min: 1 }) : undefined;
  const run = rollout === undefined ? intParam(search.run, { min: 1 }) : undefined;
  const split = textParam(search.split);
  const row = intParam(search.row);
  const reward = textParam(search.reward);
  return {
    ...(tab ? { tab } : {}),
    ...(version !== undefined ? { version, ...(split ? { split } : {}), row: row ?? 0 } : {}),
    ...(rollout !== undefined ? { rollout } : {}),
    ...(run !== undefined ? { run } : {}),
    ...(reward ? { reward } : {}),
  };
}

/** The number of a rollout, or the one in a link to it. */
export function rolloutOf(text: string): number | undefined {
  const fromLink = /[?&]rollout=(\d+)/.exec(text)?.[1];
  return intParam(fromLink ?? text.trim().replace(/^#/, ""), { min: 1 });
}
