import { describe, expect, it } from "vitest";
import { pageOf, promptOf } from "./rows";

describe("pageOf", () => {
  it("is where the page of a place begins", () => {
    expect([0, 49, 50, 149].map((place) => pageOf(place, 50))).toEqual([0, 0, 50, 100]);
    expect(pageOf(-3, 1)).toBe(0);
  });
});

describe("promptOf", () => {
  it("is what the user says, on one line and without marks", () => {
    const messages = [
      { role: "system", content: "Think." },
      { role: "user", content: "<image><image>How\n  many?" },
    ];
    expect(promptOf({ messages })).toBe("How many?");
    expect(promptOf({ messages: [] })).toBe("");
  });
});
