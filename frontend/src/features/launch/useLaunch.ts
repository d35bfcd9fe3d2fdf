import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { launchRun, RUN_LISTS, runOptions } from "@/api/runs";
import type { JsonObject } from "@/lib/json";
import { completeSpec } from "./completeSpec";

/** randomUUID exists on HTTPS and localhost only; a lab may serve plain HTTP. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** Checks the spec once more and launches what the server made of it: with every default filled in. */
export function useLaunch(text: string, onLaunched: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  // The same text has the same key, so that a repeated click launches one run.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a changed text is another launch
  const key = useMemo(newKey, [text]);
  return useMutation({
    mutationFn: async (value: JsonObject) =>
      launchRun(await completeSpec(client, value, { ready: true }), key),
    onSuccess: async (run) => {
      onLaunched();
      client.setQueryData(runOptions(run.id).queryKey, run);
      void client.invalidateQueries({ queryKey: RUN_LISTS });
      await navigate({ to: "/runs/$runId", params: { runId: run.id } });
    },
  });
}
