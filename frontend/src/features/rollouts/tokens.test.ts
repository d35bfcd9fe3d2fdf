import { expect, test } from "vitest";
import { fullScale, strength, visibleToken } from "./tokens";

test("a sure token has no colour, an improbable one the full colour", () => {
  const scale = fullScale("logps", null);
  expect(strength("logps", 0, scale)).toBeCloseTo(0);
  expect(strength("logps", -2.5, scale)).toBe(0.5);
  expect(strength("logps", -80, scale)).toBe(1);
});

test("entropy is measured against the highest one of the completion", () => {
  expect(fullScale("entropies", [0.2, null, 3])).toBe(3);
  expect(fullScale("entropies", [0.01])).toBe(1);
});

test("a token without a value has no colour", () => expect(strength("logps", null, 5)).toBeNull());

test("invisible characters are shown", () => expect(visibleToken("a\n\tb")).toBe("a↵\n⇥\tb"));
