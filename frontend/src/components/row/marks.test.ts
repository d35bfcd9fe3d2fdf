import { describe, expect, it } from "vitest";
import { marksOf } from "./marks";

const objects = {
  bbox: [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ],
  ref: ["red star", "blue square"],
  point: [],
};

describe("marksOf", () => {
  it("draws the gold box once, as gold", () => {
    const marks = marksOf({ objects, answer: "[5, 6, 7, 8]", answer_type: "box" });
    expect(marks).toEqual([
      { at: [1, 2, 3, 4], label: "red star", gold: false },
      { at: [5, 6, 7, 8], label: "gold", gold: true },
    ]);
  });
  it("reads lists of labelled boxes, points and actions", () => {
    const boxes = '[{"bbox_2d": [1, 1, 2, 2], "label": "cat"}, {"bbox_2d": [3, 3, 4, 4]}]';
    expect(marksOf({ objects: null, answer: boxes, answer_type: "boxes" }).map(({ label }) => label)).toEqual(
      ["cat", "gold"],
    );
    expect(marksOf({ objects: null, answer: "[9, 8]", answer_type: "point" })[0]?.at).toEqual([9, 8]);
    const action = '{"action": "click", "gt_bbox": [1, 2, 3, 4]}';
    expect(marksOf({ objects: null, answer: action, answer_type: "action" })[0]?.at).toEqual([1, 2, 3, 4]);
  });
  it("draws nothing for answers that are no places", () => {
    expect(marksOf({ objects: null, answer: "[1, 2]", answer_type: "interval" })).toEqual([]);
    expect(marksOf({ objects: null, answer: "no json", answer_type: "box" })).toEqual([]);
    expect(marksOf({ objects: null, answer: '[1, "x"]', answer_type: "point" })).toEqual([]);
  });
});
