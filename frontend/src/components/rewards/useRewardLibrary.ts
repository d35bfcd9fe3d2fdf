import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { rewardsOptions } from "@/api/catalog";
import { customRewardsOptions } from "@/api/scoring";
import type { CustomReward, RewardInfo } from "@/api/types";
import type { RewardLibrary } from "./library";

const NO_REWARDS: RewardInfo[] = [];
const NO_VERSIONS: CustomReward[] = [];

/** The rewards of the library and those written here; empty while they are on their way. */
export function useRewardLibrary(): RewardLibrary {
  const items = useQuery(rewardsOptions).data?.items ?? NO_REWARDS;
  const versions = useQuery(customRewardsOptions).data?.items ?? NO_VERSIONS;
  return useMemo(() => ({ items, versions }), [items, versions]);
}
