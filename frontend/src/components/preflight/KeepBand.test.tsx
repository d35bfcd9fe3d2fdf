import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";
import { samplePreflightResult } from "@/test/preflight";
import { KeepBand } from "./KeepBand";
import type { Band } from "./passRates";

function Keeper() {
  const [band, setBand] = useState<Band>([0.1, 0.9]);
  return (
    <KeepBand
      runId={12}
      result={samplePreflightResult()}
      dataset="dataset:counting@1f2e3d4c5b6a"
      band={band}
      onBand={setBand}
    />
  );
}

function show() {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider>
        <Keeper />
      </MantineProvider>
    </QueryClientProvider>,
  );
}

test("the slider is moved by keys, and says how many rows remain and what they will be called", async () => {
  show();
  expect(screen.getByTestId("rows-kept")).toHaveTextContent("5 of 8 sampled rows remain (63 %)");
  screen.getByLabelText("Highest pass rate to keep, in percent").focus();
  await userEvent.keyboard("{ArrowRight>10/}");
  expect(screen.getByTestId("rows-kept")).toHaveTextContent("7 of 8 sampled rows remain");
  expect(screen.getByTestId("band-name")).toHaveValue("counting-10-100");
});

test("a name that the server would refuse is told before it is sent", async () => {
  show();
  await userEvent.clear(screen.getByTestId("band-name"));
  await userEvent.type(screen.getByTestId("band-name"), "two words");
  expect(screen.getByText(/Letters, digits/)).toBeVisible();
  expect(screen.getByTestId("keep-rows")).toBeDisabled();
});
