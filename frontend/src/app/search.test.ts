import { describe, expect, test } from "vitest";
import { validateLaunchSearch } from "@/features/launch/search";
import { validateLogsSearch } from "@/features/logs/search";
import { validateOverviewSearch } from "@/features/metrics/search";
import { validateRolloutsSearch } from "@/features/rollouts/search";
import { nextSort, validateRunsSearch } from "@/features/runs/search";
import { parseSearch, stringifySearch } from "@/lib/search";

describe("a URL", () => {
  test("reads as it is written", () => {
    expect(
      stringifySearch({ state: ["running", "queued"], q: "a b", step: 12, follow: true, tag: undefined }),
    ).toBe("?state=running&state=queued&q=a+b&step=12&follow=true");
    expect(parseSearch("?state=running&state=queued&q=a+b")).toEqual({
      state: ["running", "queued"],
      q: "a b",
    });
    expect(stringifySearch({})).toBe("");
  });

  test("survives the way through the address bar and back", () => {
    const search = { state: ["running" as const], q: "x&y=z", sort: "name" as const };
    expect(validateRunsSearch(parseSearch(stringifySearch(search)))).toEqual(search);
  });
});

test("the run list takes known states and sorts only", () => {
  expect(validateRunsSearch({ state: "running", sort: "-step", q: "" })).toEqual({
    state: ["running"],
    sort: "-step",
  });
  expect(validateRunsSearch({ state: ["nonsense", "failed"], sort: "reward; drop table" })).toEqual({
    state: ["failed"],
  });
  expect(validateRunsSearch({ sort: "-created_at" })).toEqual({});
});

test("a click on a column sorts by it, and again the other way", () => {
  expect(nextSort("-created_at", "name")).toBe("name");
  expect(nextSort("name", "name")).toBe("-name");
  expect(nextSort("name", "step")).toBe("-step");
});

test("the charts take a range only when it is one", () => {
  expect(validateOverviewSearch({ from: "10", to: "20", smooth: "0.6", log: "true" })).toEqual({
    from: 10,
    to: 20,
    smooth: 0.6,
    log: true,
  });
  expect(validateOverviewSearch({ from: "20", to: "10", smooth: "7", log: "maybe" })).toEqual({});
  expect(validateOverviewSearch({ from: "-1", to: "1e99" })).toEqual({});
});

test("following the newest step and standing at one exclude each other", () => {
  expect(validateRolloutsSearch({ step: "12", group: "3", sort: "-reward_std" })).toEqual({
    step: 12,
    group: 3,
    sort: "-reward_std",
  });
  expect(validateRolloutsSearch({ step: "12", follow: "true" })).toEqual({ follow: true });
  expect(validateRolloutsSearch({ step: "1.5", mode: "test", order: "luck" })).toEqual({});
});

test("a launch starts from a run or from a preset", () => {
  expect(validateLaunchSearch({ from: "7", preset: "starter-text" })).toEqual({ from: 7 });
  expect(validateLaunchSearch({ preset: "starter-text", view: "yaml" })).toEqual({
    preset: "starter-text",
    view: "yaml",
  });
  expect(validateLaunchSearch({ from: "0", view: "xml" })).toEqual({});
});

test("the log takes known streams", () => {
  expect(validateLogsSearch({ find: "loss", stream: "stderr", still: "1" })).toEqual({
    find: "loss",
    stream: "stderr",
    still: true,
  });
  expect(validateLogsSearch({ stream: "stdin" })).toEqual({});
});
