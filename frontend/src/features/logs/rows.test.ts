import { expect, test } from "vitest";
import { cutAt, toRows } from "./rows";

const line = (text: string, attempt = 1, stream = "stdout") => ({
  id: 1,
  attempt,
  time: "2026-11-22T16:00:00Z",
  stream,
  text,
});

test("a marker stands where an attempt begins", () => {
  const rows = toRows([line("a"), line("b"), line("c", 2)], {});
  expect(rows.map((row) => (row.kind === "line" ? row.line.text : `attempt ${row.attempt}`))).toEqual([
    "attempt 1",
    "a",
    "b",
    "attempt 2",
    "c",
  ]);
});

test("what is found keeps the number it has in the whole log", () => {
  const rows = toRows([line("Loss 1"), line("x", 1, "stderr"), line("loss 2")], { find: "LOSS" });
  expect(rows.flatMap((row) => (row.kind === "line" ? [row.number] : []))).toEqual([1, 3]);
  expect(toRows([line("a"), line("b", 1, "stderr")], { stream: "stderr" })).toHaveLength(2);
});

test("every place of the search is marked and no letter is lost", () => {
  const parts = cutAt("loss, Loss and LOSS", "loss");
  expect(parts.filter(({ isMatch }) => isMatch).map(({ text }) => text)).toEqual(["loss", "Loss", "LOSS"]);
  expect(parts.map(({ text }) => text).join("")).toBe("loss, Loss and LOSS");
});

test("letters that grow in lower case break nothing", () => {
  expect(
    cutAt("İİ loss", "loss")
      .map(({ text }) => text)
      .join(""),
  ).toBe("İİ loss");
});
