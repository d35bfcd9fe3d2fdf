import { expect, test } from "vitest";
import {
  creationOf,
  EMPTY_CUSTOM,
  expectedOf,
  isName,
  misplaced,
  missingIn,
  parseCustom,
  splitReason,
} from "./customDraft";

const SAMPLE = { completion: "4", answer: "4", length: null, row: { a: 1 }, step: 0, max_steps: null };
const DRAFT = { ...EMPTY_CUSTOM, name: "fair", cases: [{ sample: SAMPLE, expected: "0.5", note: "half" }] };

test.each([
  ["", null],
  [" ", null],
  ["0", 0],
  ["-1.5", -1.5],
  ["one", undefined],
])("a case that says %j expects %s", (text, expected) => expect(expectedOf(text)).toBe(expected));

test("what is sent has its cases as numbers, and nothing is sent before they are", () => {
  expect(creationOf(DRAFT)?.cases).toEqual([
    { sample: SAMPLE, expected: 0.5, tolerance: 1e-6, note: "half" },
  ]);
  expect(creationOf({ ...DRAFT, cases: [{ sample: SAMPLE, expected: "half", note: "" }] })).toBeNull();
});

test("a stored draft is read back with its cases", () => {
  expect(parseCustom(JSON.parse(JSON.stringify(DRAFT)))).toEqual(DRAFT);
  expect(parseCustom({ ...DRAFT, kind: "magic" })).toBeNull();
  expect(parseCustom({ ...DRAFT, cases: [{}, { sample: {} }] })?.cases).toEqual([]);
});

test("a traceback stands behind the first line of a reason", () => {
  expect(splitReason("got none: boom\nTraceback\n  line 3")).toEqual({
    told: "got none: boom",
    traceback: "Traceback\n  line 3",
  });
  expect(splitReason("expected 1, got 0").traceback).toBeNull();
});

test("problems without a place in the editor are told apart", () => {
  const problems = ["source", "name", "cases.0", "cases.3", "regression.9"].map((path) => ({
    path,
    reason: "",
    fix: null,
  }));
  expect(misplaced(problems, 2).map(({ path }) => path)).toEqual(["cases.3", "regression.9"]);
});

test("a name is what Python would take for a function in small letters", () => {
  expect(["fair", "fair_2", "f"].every(isName)).toBe(true);
  expect(["", "2fair", "Fair", "fair-2", "_f", "a".repeat(65)].some(isName)).toBe(false);
});

test("a draft says what it still lacks, one thing after the other", () => {
  const [first] = DRAFT.cases;
  expect(missingIn(EMPTY_CUSTOM)).toMatch(/name/);
  expect(missingIn({ ...DRAFT, name: "A" })).toMatch(/letters/);
  expect(missingIn({ ...DRAFT, cases: [] })).toMatch(/case/);
  expect(missingIn({ ...DRAFT, cases: first ? [{ ...first, expected: "x" }] : [] })).toMatch(/number/);
  expect(missingIn(DRAFT)).toBeNull();
});
