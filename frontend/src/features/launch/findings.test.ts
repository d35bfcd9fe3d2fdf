import { expect, test } from "vitest";
import { byPath, findingsAt, idealFinding, normalPath, problemFindings, sectionFindings } from "./findings";

const error = { level: "error", path: "rewards[1].name", reason: "unknown", fix: "choose another" } as const;
const warning = { level: "warning", path: "sampling.top_k", reason: "low", fix: "" } as const;

test("paths with brackets, and those inside the body, are those of the form", () => {
  expect(normalPath("rewards[1].name")).toBe("rewards.1.name");
  expect(normalPath("body.sampling.num_generations")).toBe("sampling.num_generations");
});

test("a finding is found at its field", () => {
  const found = byPath([error, warning]);
  expect(findingsAt(found, ["rewards", 1, "name"])).toEqual([error]);
  expect(findingsAt(found, ["rewards", 0, "name"])).toEqual([]);
});

test("a section counts what lies inside of it and not what merely begins alike", () => {
  const found = byPath([error, warning, { ...error, path: "rewards_extra" }]);
  expect(sectionFindings(found, ["rewards"])).toEqual({ count: 1, isError: true });
  expect(sectionFindings(found, ["sampling"])).toEqual({ count: 1, isError: false });
});

test("the fields that the server refused become findings", () => {
  const errors = [{ path: "body.seed", reason: "too big", fix: null }];
  expect(problemFindings({ title: "", status: 422, detail: "", errors })).toEqual([
    { level: "error", path: "seed", reason: "too big", fix: "" },
  ]);
  expect(problemFindings(null)).toEqual([]);
});

test("the finding about perfect answers is told from the others at the rewards", () => {
  const reason = "a perfect answer does not reach the maximum on 8 of 8 rows: math gives 0 of 1";
  const ideal = { level: "error", path: "rewards", reason, fix: "" } as const;
  expect(idealFinding([{ ...error, path: "rewards" }, warning, ideal])).toBe(ideal);
  expect(idealFinding([{ ...error, path: "rewards" }])).toBeUndefined();
});
