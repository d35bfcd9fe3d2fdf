import { expect, test } from "vitest";
import type { CustomReward, RewardInfo } from "@/api/types";
import {
  changedParams,
  infoOf,
  newReward,
  parseRewards,
  problemsBelow,
  sumText,
  versionsOf,
} from "./library";

const EXACT: RewardInfo = {
  name: "exact_answer",
  kind: "outcome",
  doc: "",
  scope: "sample",
  maximum: 1,
  needs: [],
  custom: false,
  params: { lower: { type: "boolean", default: true }, tag: { type: "string", default: "answer" } },
};

function custom(version: string): CustomReward {
  return {
    name: "fair",
    version,
    reference: `custom/fair@${version}`,
    kind: "outcome",
    scope: "sample",
    source: "",
    doc: version,
    params: {},
    n_cases: 1,
    created_at: "2026-11-22T16:00:00Z",
  };
}

const LIBRARY = { items: [EXACT], versions: [custom("bbb"), custom("aaa")] };

test("a custom reward without a version is its newest one", () => {
  expect(infoOf(LIBRARY, "custom/fair")?.doc).toBe("bbb");
  expect(infoOf(LIBRARY, "custom/fair@aaa")?.doc).toBe("aaa");
  expect(infoOf(LIBRARY, "custom/fair@ccc")).toBeUndefined();
  expect(infoOf(LIBRARY, "exact_answer")).toBe(EXACT);
});

test("only custom rewards have versions", () => {
  expect(versionsOf(LIBRARY, "custom/fair@aaa").map(({ version }) => version)).toEqual(["bbb", "aaa"]);
  expect(versionsOf(LIBRARY, "fair")).toEqual([]);
});

test("a new reward has its default params, and tells what differs from them", () => {
  const reward = newReward(EXACT);
  expect(reward).toEqual({
    name: "exact_answer",
    weight: 1,
    params: { lower: true, tag: "answer" },
    timeout_s: 5,
  });
  expect(changedParams(reward, EXACT)).toEqual([]);
  expect(changedParams({ ...reward, params: { lower: false, tag: "answer" } }, EXACT)).toEqual([
    "lower=false",
  ]);
});

test("problems are found below a path, however its numbers are written", () => {
  const problems = [{ path: "rewards[1].params.tag" }, { path: "rewards.1" }, { path: "rewards.10.name" }];
  expect(problemsBelow(problems, "rewards.1")).toEqual([{ path: "params.tag" }, { path: "" }]);
});

test("stored rewards are read back as a whole or not at all", () => {
  const rewards = [newReward(EXACT)];
  expect(parseRewards(JSON.parse(JSON.stringify(rewards)))).toEqual(rewards);
  expect(parseRewards([...rewards, { name: "half" }])).toBeNull();
  expect(parseRewards({})).toBeNull();
});

test("rewards read as a sum", () => {
  const [a, b, c] = ["a", "b", "c"].map((name) => ({ ...newReward(EXACT), name }));
  if (!a || !b || !c) throw new Error("three rewards");
  expect(sumText([a, { ...b, weight: -0.5 }, c])).toBe("1 a − 0.5 b + 1 c");
  expect(sumText([{ ...a, weight: -2 }])).toBe("− 2 a");
});
