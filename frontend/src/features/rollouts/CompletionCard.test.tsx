import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { sampleRollout } from "@/test/samples";
import { CompletionCard } from "./CompletionCard";

function show(changes: Parameters<typeof sampleRollout>[0], raw = false) {
  const onTokens = vi.fn();
  const { container } = render(
    <MantineProvider>
      <CompletionCard rollout={sampleRollout(changes)} raw={raw} onTokens={onTokens} />
    </MantineProvider>,
  );
  return { container, onTokens };
}

test("a completion is text, whatever it contains", () => {
  const { container } = show({
    completion:
      '<think><b>bold</b></think><img src="https://evil.example/x.png" onerror="alert(1)">[a](javascript:x)',
  });
  expect(container.querySelector("img, b:not([class]) > *, a, script")).toBeNull();
  expect(screen.getByText(/evil\.example/)).toBeInTheDocument();
  expect(screen.getByText("<b>bold</b>")).toBeInTheDocument();
});

test("thoughts and answer are labelled, scores and advantage read out", () => {
  show({ truncated: true, scores: { exact_answer: null }, notes: { exact_answer: "timed out after 5 s" } });
  expect(screen.getByText("thoughts")).toBeInTheDocument();
  expect(screen.getByText("answer")).toBeInTheDocument();
  expect(screen.getByTestId("advantage")).toHaveTextContent("+0.50");
  expect(screen.getByText("truncated")).toBeInTheDocument();
  expect(screen.getByText(": timed out after 5 s")).toBeInTheDocument();
});

test("raw shows the tags", () => {
  show({}, true);
  expect(screen.getByText("<think>3+9=12</think><answer>12</answer>")).toBeInTheDocument();
});

test("the tokens can be opened", async () => {
  const { onTokens } = show({});
  await userEvent.click(screen.getByRole("button", { name: "Tokens" }));
  expect(onTokens).toHaveBeenCalledOnce();
});
