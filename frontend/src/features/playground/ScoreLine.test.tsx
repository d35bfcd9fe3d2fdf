import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { RewardScore } from "@/api/types";
import { ScoreLine } from "./ScoreLine";

const SCORE: RewardScore = {
  name: "exact_answer",
  weight: 1,
  score: 0.5,
  maximum: 1,
  reason: null,
  traceback: null,
  parsed: null,
  why: null,
  seconds: 0.0123,
  timed_out: false,
};

function show(changes: Partial<RewardScore>, recorded?: number | null) {
  return render(
    <MantineProvider>
      <ScoreLine label={null} score={{ ...SCORE, ...changes }} recorded={recorded} />
    </MantineProvider>,
  );
}

test("a score says how much of how much, what was read and why, and how long it took", () => {
  show({ parsed: "12", why: "the gold is 8" });
  expect(screen.getByTestId("score")).toHaveTextContent("0.5 of 1");
  expect(screen.getByText("12")).toBeInTheDocument();
  expect(screen.getByText(/the gold is 8/)).toBeInTheDocument();
  expect(screen.getByText("12 ms")).toBeInTheDocument();
});

test("what was read from a completion stays text", () => {
  const { container } = show({ parsed: '<img src="https://evil.example/x.png">', why: "<b>bold</b>" });
  expect(container.querySelector("img, p b")).toBeNull();
  expect(screen.getByText(/evil\.example/)).toBeInTheDocument();
});

test("a reward that failed shows why, its traceback, and no number", () => {
  show({ score: null, reason: "timed out after 5 s", traceback: "line 3", timed_out: true });
  expect(screen.getByTestId("score")).toHaveTextContent("none");
  expect(screen.getByText("timed out after 5 s")).toBeInTheDocument();
  expect(screen.getByText("timed out")).toBeInTheDocument();
  expect(screen.getByText("line 3")).toBeInTheDocument();
});

test("another score than the recorded one stands out", () => {
  const { container, unmount } = show({}, 1);
  expect(container.querySelector("[data-differs]")).toHaveTextContent("recorded 1");
  unmount();
  expect(show({}, 0.5).container.querySelector("[data-differs]")).toBeNull();
});
