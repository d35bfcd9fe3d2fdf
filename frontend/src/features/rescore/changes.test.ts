import { expect, test } from "vitest";
import { sampleRescored } from "@/test/rescored";
import { scoreChanges, tilesOf } from "./changes";
import { bodyOf, parseDraft, startFrom } from "./draft";
import { validateRescoreSearch } from "./search";

test("scores that changed come first, with rewards that came or went", () => {
  const changes = scoreChanges(
    sampleRescored({
      scores_old: { same: 1, gone: 0.5, other: 1 },
      scores_new: { same: 1, other: 0, fresh: null },
      reasons: { fresh: "no gold" },
    }),
  );
  expect(changes).toEqual([
    { name: "other", before: 1, now: 0, reason: undefined },
    { name: "fresh", before: undefined, now: null, reason: "no gold" },
    { name: "gone", before: 0.5, now: undefined, reason: undefined },
    { name: "same", before: 1, now: 1, reason: undefined },
  ]);
});

test("a tile says how much less signal there is, and that it is bad", () => {
  const tiles = tilesOf({
    rollouts: 80,
    groups: 10,
    undecided: 0,
    mean_old: 0.5,
    mean_new: 0.25,
    zero_std_old: 0.2,
    zero_std_new: 0.5,
    order_changed: 0.1,
    flipped: 8,
    kendall_tau: null,
  });
  expect(tiles.map(({ now, delta, tone }) => [now, delta, tone])).toEqual([
    ["0.250", "−0.250", "plain"],
    ["50.0 %", "+30.0 points", "bad"],
    ["8", "10.0 % of rollouts", "plain"],
    ["10.0 %", "of groups", "plain"],
    ["–", "no group has signal in both", "plain"],
    ["0", null, "plain"],
  ]);
});

test("a stored draft is read back and sent as it is", () => {
  const rewards = [{ name: "exact_answer", weight: 2, params: {}, timeout_s: 5 }];
  const draft = { ...startFrom(rewards), scale: "none" as const, toStep: 9 };
  expect(parseDraft(JSON.parse(JSON.stringify(draft)))).toEqual(draft);
  expect(parseDraft({ ...draft, rewards: "x" })).toBeNull();
  expect(bodyOf(draft)).toEqual({ rewards, scale_rewards: "none", from_step: null, to_step: 9 });
});

test("the URL names a re-scoring and what is shown of it", () => {
  expect(validateRescoreSearch({ id: "4", flipped: "true" })).toEqual({ id: 4, flipped: true });
  expect(validateRescoreSearch({ id: "0", flipped: "no" })).toEqual({});
});
