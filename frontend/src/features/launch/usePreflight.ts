import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import {
  NEWEST_PREFLIGHTS,
  newestPreflightOptions,
  type PreflightAsked,
  preflightOptions,
  startPreflight,
} from "@/api/preflights";
import type { RunSpec } from "@/api/types";
import type { JsonObject } from "@/lib/json";
import { useSessionDraft } from "@/lib/useSessionDraft";
import { completeSpec } from "./completeSpec";
import { type Shown, shownPreflight } from "./shownPreflight";

interface Asked {
  value: JsonObject;
  options: PreflightAsked;
}

/** The pre-flight of the spec on the form, and the way to start one. `spec` is null while it has errors. */
export function usePreflight(source: string, spec: RunSpec | null) {
  const client = useQueryClient();
  const [seenId, setSeenId] = useSessionDraft(`launch.preflight.${source}`, (stored) =>
    typeof stored === "number" ? stored : null,
  );
  const newest = useQuery(newestPreflightOptions(spec));
  const seen = useQuery({ ...preflightOptions(seenId ?? 0), enabled: seenId !== null });
  const newestId = newest.data?.run_id;

  // Remembered, so that it can be shown as stale once the spec is another.
  useEffect(() => {
    if (newestId !== undefined) setSeenId((before) => Math.max(before ?? 0, newestId));
  }, [newestId, setSeenId]);

  const start = useMutation({
    mutationFn: async ({ value, options }: Asked) =>
      startPreflight(await completeSpec(client, value, { ready: true }), options),
    onSuccess: (preflight) => {
      client.setQueryData(preflightOptions(preflight.run_id).queryKey, preflight);
      setSeenId(preflight.run_id);
      return client.invalidateQueries({ queryKey: NEWEST_PREFLIGHTS });
    },
  });
  const shown: Shown = shownPreflight(newest.data ?? null, seen.data ?? null);
  return { shown, start };
}
