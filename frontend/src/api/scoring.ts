import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { isJsonObject, type JsonObject } from "@/lib/json";
import { http, unwrap } from "./http";
import type { components } from "./schema.gen";
import type { Case, CustomReward, CustomRewardCreate, Group, IdealRead, RolloutDetail } from "./types";

type Schemas = components["schemas"];
export type RewardSpec = Schemas["RewardSpec-Input"];
export type ScoreBody = Schemas["ScoreRequest"];
export type Scope = ScoreBody["draft_scope"];
export type Kind = Schemas["Kind"];
type IdealBody = Schemas["IdealRequest"];
type CaseBody = Schemas["CaseCreate"];
type CaseRunBody = Schemas["CaseRunRequest"];

export const CUSTOM_PREFIX = "custom/";
/** Name under which code that is not stored is scored. */
export const DRAFT = "draft";

/** `custom/fair@1f2e3d4c5b6a` → `custom/fair` */
export function baseName(name: string): string {
  return name.split("@")[0] ?? name;
}

export function scoreOptions(body: ScoreBody) {
  return queryOptions({
    queryKey: ["score", body],
    queryFn: ({ signal }) => unwrap(http.POST("/api/v1/rewards/score", { body, signal })),
    staleTime: Infinity,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  });
}

export function checkIdeal(body: IdealBody): Promise<IdealRead> {
  return unwrap(http.POST("/api/v1/rewards/ideal", { body }));
}

export const CUSTOM_REWARDS = ["custom-rewards"] as const;

export const customRewardsOptions = queryOptions({
  queryKey: CUSTOM_REWARDS,
  queryFn: ({ signal }) => unwrap(http.GET("/api/v1/rewards/custom", { signal })),
});

export function createCustomReward(body: CustomRewardCreate): Promise<CustomReward> {
  return unwrap(http.POST("/api/v1/rewards/custom", { body }));
}

/** Lists of cases and what running them gave lie under this key. */
export const CASES = ["reward-cases"] as const;

export function casesOptions(query: { reward?: string; rollout_id?: number }) {
  return queryOptions({
    queryKey: [...CASES, query],
    queryFn: ({ signal }) => unwrap(http.GET("/api/v1/reward-cases", { params: { query }, signal })),
  });
}

export function createCase(body: CaseBody): Promise<Case> {
  return unwrap(http.POST("/api/v1/reward-cases", { body }));
}

export async function deleteCase(caseId: number): Promise<void> {
  await unwrap(
    http
      .DELETE("/api/v1/reward-cases/{case_id}", { params: { path: { case_id: caseId } } })
      // An answer without a body is no failure.
      .then((answer) => (answer.response.ok ? { ...answer, data: null } : answer)),
  );
}

export function caseRunOptions(body: CaseRunBody) {
  return queryOptions({
    queryKey: [...CASES, "run", body],
    queryFn: ({ signal }) => unwrap(http.POST("/api/v1/reward-cases/run", { body, signal })),
    staleTime: Infinity,
  });
}

/** A rollout with all that its rewards saw. */
export interface RolloutSample {
  rollout: RolloutDetail;
  group: Group;
  rewards: RewardSpec[];
  maxSteps: number | null;
}

export function rolloutSampleOptions(rolloutId: number) {
  return queryOptions({
    queryKey: ["rollout", rolloutId, "sample"],
    queryFn: async ({ signal }): Promise<RolloutSample> => {
      const path = { rollout_id: rolloutId };
      const rollout = await unwrap(http.GET("/api/v1/rollouts/{rollout_id}", { params: { path }, signal }));
      const [group, run] = await Promise.all([
        unwrap(
          http.GET("/api/v1/groups/{group_id}", { params: { path: { group_id: rollout.group_id } }, signal }),
        ),
        unwrap(http.GET("/api/v1/runs/{run_id}", { params: { path: { run_id: rollout.run_id } }, signal })),
      ]);
      return { rollout, group, rewards: run.spec?.rewards ?? [], maxSteps: run.max_steps };
    },
    staleTime: Infinity,
  });
}

/** What the API calls any object, as JSON. */
export function jsonObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
