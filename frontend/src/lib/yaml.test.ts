import { expect, test } from "vitest";
import { editYaml, parseYaml, toYaml } from "./yaml";

const SPEC = {
  name: "my run",
  tags: ["a", "b"],
  dataset: { heldout: null, prompt_template: "{prompt}\nThink." },
  optimizer: { learning_rate: 5e-5, bf16: true },
  rewards: [{ name: "exact_answer", weight: 1, params: {} }],
};

test("a spec survives the way to YAML and back", () => {
  expect(parseYaml(toYaml(SPEC))).toEqual({ ok: true, value: SPEC });
});

test("words that YAML takes for something else survive too", () => {
  const tricky = { a: "no", b: "null", c: "1e3", d: "2026-11-22", e: ": #", f: "", g: "思考 🤔" };
  expect(parseYaml(toYaml(tricky))).toEqual({ ok: true, value: tricky });
});

test("an edit keeps comments, order and everything else", () => {
  const text = "# mine\nname: a # the name\n\noptimizer:\n  learning_rate: 1e-6 # low\n  bf16: true\n";
  const edited = editYaml(text, ["optimizer", "learning_rate"], 0.01);
  expect(edited).toBe(
    "# mine\nname: a # the name\n\noptimizer:\n  learning_rate: 0.01 # low\n  bf16: true\n",
  );
});

test("an edit adds what was missing and takes away what is undefined", () => {
  expect(parseYaml(editYaml("name: a\n", ["model", "lora", "r"], 8))).toEqual({
    ok: true,
    value: { name: "a", model: { lora: { r: 8 } } },
  });
  const text = toYaml(SPEC);
  expect(parseYaml(editYaml(text, ["rewards", 0], undefined))).toMatchObject({
    ok: true,
    value: { rewards: [] },
  });
});

test("an object can take the place of null and the other way round", () => {
  const on = editYaml(toYaml(SPEC), ["dataset", "heldout"], { split: null, rows: 256 });
  expect(parseYaml(on)).toMatchObject({ value: { dataset: { heldout: { split: null, rows: 256 } } } });
  expect(parseYaml(editYaml(on, ["dataset", "heldout"], null))).toEqual({ ok: true, value: SPEC });
});

test("a mistake is found at its line", () => {
  expect(parseYaml('name: a\nseed: "x\n')).toMatchObject({ ok: false, line: 3 });
  expect(parseYaml("name: [1, 2")).toMatchObject({ ok: false, line: 1 });
});

test.each(["", "- a\n- b", "just text", "a: .nan", "!!binary aGk="])("%j is no spec", (text) => {
  expect(parseYaml(text).ok).toBe(false);
});

test("a bomb of aliases is refused", () => {
  const bomb = [
    "a: &a [x,x,x,x,x,x,x,x,x]",
    ..."bcdefgh".split("").map((name, i) => {
      const before = "abcdefgh"[i];
      return `${name}: &${name} [${Array(9).fill(`*${before}`).join(",")}]`;
    }),
  ].join("\n");
  expect(parseYaml(bomb).ok).toBe(false);
});
