import type { GroupSort, Mode } from "@/api/types";
import { choiceParam, flagParam, intParam } from "@/lib/search";

export const MODES = ["train", "eval"] as const satisfies readonly Mode[];
export const GROUP_SORTS = [
  "index",
  "-reward_mean",
  "reward_mean",
  "-reward_std",
  "-length_mean",
  "length_mean",
] as const satisfies readonly GroupSort[];
export const ORDERS = ["index", "reward", "advantage", "length"] as const;
export type Order = (typeof ORDERS)[number];

export interface RolloutsSearch {
  step?: number;
  /** Place of the open group within its step. */
  group?: number;
  mode?: Mode;
  sort?: GroupSort;
  /** Order of the completions inside the group. */
  order?: Order;
  follow?: true;
  /** The rollout whose tokens are open. */
  rollout?: number;
}

export function validateRolloutsSearch(search: Record<string, unknown>): RolloutsSearch {
  const step = intParam(search.step);
  const group = intParam(search.group);
  const mode = choiceParam(search.mode, MODES);
  const sort = choiceParam(search.sort, GROUP_SORTS);
  const order = choiceParam(search.order, ORDERS);
  const follow = flagParam(search.follow);
  const rollout = intParam(search.rollout);
  return {
    ...(step !== undefined && !follow ? { step } : {}),
    ...(group !== undefined ? { group } : {}),
    ...(mode && mode !== "train" ? { mode } : {}),
    ...(sort && sort !== "index" ? { sort } : {}),
    ...(order && order !== "index" ? { order } : {}),
    ...(follow ? { follow } : {}),
    ...(rollout !== undefined ? { rollout } : {}),
  };
}
