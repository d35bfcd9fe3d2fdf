import { expect, test } from "vitest";
import { dedent, type Edit, errorLine, indent, newline } from "./code";

function apply(text: string, { from, to, text: inserted }: Edit): string {
  return text.slice(0, from) + inserted + text.slice(to);
}

test("tab goes to the next stop", () => {
  expect(apply("ab", indent("ab", 2, 2))).toBe("ab  ");
  expect(apply("", indent("", 0, 0))).toBe("    ");
});

test("tab moves all selected lines, shift and tab moves them back", () => {
  const text = "def f():\nreturn 1\n\nreturn 2";
  const edit = indent(text, 10, text.length);
  const moved = apply(text, edit);
  expect(moved).toBe("def f():\n    return 1\n\n    return 2");
  expect(apply(moved, dedent(moved, ...edit.selection))).toBe(text);
});

test("without a selection the cursor stays at its letter when its line moves back", () => {
  const edit = dedent("    abc", 6, 6);
  expect(apply("    abc", edit)).toBe("abc");
  expect(edit.selection).toEqual([2, 2]);
  expect(dedent("  a", 1, 1).selection).toEqual([0, 0]);
});

test("a new line starts where the last one did, deeper behind a colon", () => {
  expect(apply("    if x:", newline("    if x:", 9, 9))).toBe("    if x:\n        ");
  expect(apply("    y = 1", newline("    y = 1", 9, 9))).toBe("    y = 1\n    ");
});

test.each([
  ['  File "reward.py", line 3, in score\n  File "reward.py", line 12, in helper\nValueError', 12],
  ["SyntaxError: invalid syntax (line 4)", 4],
  ["boom", null],
  [null, null],
])("%j is about line %s", (text, line) => expect(errorLine(text)).toBe(line));
