import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";
import type { FieldProblem } from "@/api/problem";
import type { RewardInfo } from "@/api/types";
import { newReward } from "./library";
import { RewardCard } from "./RewardCard";

const INFO: RewardInfo = {
  name: "soft_overlong",
  kind: "shaping",
  doc: "Less near the limit.",
  scope: "sample",
  maximum: 0,
  needs: [],
  custom: false,
  params: { max_length: { type: "integer", default: 512 }, strict: { type: "boolean", default: false } },
};

function Editor({ errors = [] }: { errors?: FieldProblem[] }) {
  const [reward, setReward] = useState(newReward(INFO));
  return (
    <MantineProvider>
      <RewardCard
        reward={reward}
        info={INFO}
        versions={[]}
        errors={errors}
        onChange={setReward}
        onRemove={() => {}}
      />
      <output>{JSON.stringify(reward)}</output>
    </MantineProvider>
  );
}

function stored(): unknown {
  return JSON.parse(screen.getByRole("status").textContent);
}

test("a negative weight can be typed from its sign on", async () => {
  render(<Editor />);
  const weight = screen.getByLabelText("Weight of soft_overlong");
  await userEvent.clear(weight);
  await userEvent.type(weight, "-");
  expect(stored()).toMatchObject({ weight: 1 });
  expect(weight).toHaveValue("-");
  await userEvent.type(weight, "0.5");
  expect(stored()).toMatchObject({ weight: -0.5 });
});

test("params are changed one by one and keep the others", async () => {
  render(<Editor />);
  await userEvent.click(screen.getByRole("button", { name: "Params" }));
  const length = screen.getByLabelText("max_length");
  await userEvent.clear(length);
  await userEvent.type(length, "64");
  await userEvent.click(screen.getByLabelText("strict"));
  expect(stored()).toMatchObject({ params: { max_length: 64, strict: true } });
});

test("a refused param is shown at its field without a click", () => {
  render(<Editor errors={[{ path: "params.max_length", reason: "must be at least 1", fix: "Use 512." }]} />);
  expect(screen.getByLabelText("max_length")).toBeInvalid();
  expect(screen.getByText("must be at least 1 → Use 512.")).toBeInTheDocument();
});

test("a problem of the reward itself is said with its fix", () => {
  render(<Editor errors={[{ path: "name", reason: "no such reward", fix: "Take another." }]} />);
  expect(screen.getByRole("alert")).toHaveTextContent("name no such reward → Take another.");
});
