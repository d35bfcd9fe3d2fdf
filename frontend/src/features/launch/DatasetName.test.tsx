import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { datasetNamesOptions } from "@/api/catalog";
import { datasetChoicesOptions } from "@/api/rows";
import type { Field } from "@/lib/schema";
import { sampleVersion } from "@/test/preflight";
import { DatasetName } from "./DatasetName";
import { useDraft } from "./draft";
import { FormContext } from "./useForm";

const FIELD: Field = {
  name: "name",
  help: null,
  fallback: "starter/chained-sums",
  node: { kind: "text", nullable: false },
};

function Form() {
  const draft = useDraft("names", "dataset:\n  name: starter/digit-sums\n  image_column: images\n");
  const form = {
    value: draft.value,
    edit: draft.edit,
    initial: {},
    version: undefined,
    findings: new Map(),
    suggestions: {},
    locked: false,
  };
  return (
    <FormContext value={form}>
      <DatasetName field={FIELD} />
      <output>{JSON.stringify(draft.value)}</output>
    </FormContext>
  );
}

function show() {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, enabled: false } } });
  const newest = sampleVersion();
  const { reference } = newest;
  client.setQueryData(datasetChoicesOptions.queryKey, {
    items: [
      { id: 3, name: "counting", description: "", created_at: newest.created_at, n_versions: 2, newest },
      {
        id: 4,
        name: "half",
        description: "",
        created_at: newest.created_at,
        n_versions: 1,
        newest: sampleVersion({ id: 9, name: "half", state: "importing", reference: null }),
      },
    ],
  });
  client.setQueryData(datasetNamesOptions.queryKey, {
    items: [
      { name: "starter/digit-sums", title: "Images to add" },
      { name: String(reference), title: "used in 2 runs" },
      { name: "openai/gsm8k", title: "used in 1 run" },
    ],
  });
  render(
    <QueryClientProvider client={client}>
      <MantineProvider>
        <Form />
      </MantineProvider>
    </QueryClientProvider>,
  );
}

const spec = (): unknown => JSON.parse(screen.getByRole("status").textContent);

beforeEach(() => {
  sessionStorage.clear();
  // jsdom has no layout to scroll in.
  Element.prototype.scrollIntoView = vi.fn();
});

test("all names can be chosen beside the one that stands there, each once, and none that is still imported", async () => {
  show();
  await userEvent.click(screen.getByTestId("dataset-name"));
  const options = await screen.findAllByRole("option", { hidden: true });
  expect(options.map((option) => option.textContent)).toEqual([
    "dataset:counting@1f2e3d4c5b6av2, 1,200 rows",
    "starter/digit-sumsImages to add",
    "openai/gsm8kused in 1 run",
  ]);
});

test("a stored data set that is chosen brings its splits", async () => {
  show();
  await userEvent.click(screen.getByTestId("dataset-name"));
  await userEvent.click(await screen.findByText("dataset:counting@1f2e3d4c5b6a"));
  expect(spec()).toEqual({
    dataset: {
      name: "dataset:counting@1f2e3d4c5b6a",
      image_column: null,
      split: "train",
      heldout: { split: "heldout", rows: 200 },
    },
  });
});

test("any other name can be typed, and changes nothing else", async () => {
  show();
  const input = screen.getByTestId("dataset-name");
  await userEvent.clear(input);
  await userEvent.type(input, "my/data");
  expect(spec()).toEqual({ dataset: { name: "my/data", image_column: "images" } });
});
