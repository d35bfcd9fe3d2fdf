import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { recipesOptions } from "@/api/catalog";
import type { Recipe } from "@/api/types";
import { sampleVersion } from "@/test/preflight";
import { useDraft } from "./draft";
import { RecipePicker } from "./RecipePicker";
import { FormContext } from "./useForm";

const COUNTING: Recipe = {
  title: "Counting",
  after: "R1-V",
  task_type: "counting",
  answer_type: "number",
  rewards: [{ name: "exact_answer", weight: 1, params: {}, timeout_s: 5 }],
  system_prompt: "Count.",
  ideal: "<answer>{answer}</answer>",
};
const INITIAL = { dataset: { system_prompt: "Add." } };

function Form() {
  const draft = useDraft("test", "dataset:\n  system_prompt: Add.\n");
  const form = {
    value: draft.value,
    edit: draft.edit,
    initial: INITIAL,
    version: sampleVersion(),
    findings: new Map(),
    suggestions: {},
    locked: false,
  };
  return (
    <FormContext value={form}>
      <RecipePicker />
      <button type="button" onClick={() => draft.edit(["dataset", "system_prompt"], "Mine.")}>
        write
      </button>
      <output>{JSON.stringify(draft.value)}</output>
    </FormContext>
  );
}

function show() {
  const client = new QueryClient();
  client.setQueryData(recipesOptions.queryKey, { recipes: { counting: COUNTING } });
  render(
    <QueryClientProvider client={client}>
      <MantineProvider>
        <Form />
      </MantineProvider>
    </QueryClientProvider>,
  );
}

const spec = (): unknown => JSON.parse(screen.getByRole("status").textContent);
const click = (id: string) => userEvent.click(screen.getByTestId(id));

beforeEach(() => sessionStorage.clear());

test("the recipe that suits the data set is offered, applied without asking, and then no longer offered", async () => {
  show();
  await click("apply-suggested-recipe");
  expect(spec()).toEqual({ dataset: { system_prompt: "Count." }, rewards: COUNTING.rewards });
  expect(screen.getByTestId("recipe")).toHaveValue("Counting");
  expect(screen.queryByTestId("apply-suggested-recipe")).toBeNull();
});

test("a prompt that a person wrote is asked about, and can stay", async () => {
  show();
  await userEvent.click(screen.getByText("write"));
  await click("apply-suggested-recipe");
  expect(spec()).toEqual({ dataset: { system_prompt: "Mine." } });
  await userEvent.click(await screen.findByTestId("recipe-keep-prompt"));
  expect(spec()).toEqual({ dataset: { system_prompt: "Mine." }, rewards: COUNTING.rewards });
});

test("or be replaced", async () => {
  show();
  await userEvent.click(screen.getByText("write"));
  await click("apply-suggested-recipe");
  await userEvent.click(await screen.findByTestId("recipe-replace-prompt"));
  expect(spec()).toEqual({ dataset: { system_prompt: "Count." }, rewards: COUNTING.rewards });
});
