import { queryOptions } from "@tanstack/react-query";
import { http, unwrap } from "./http";
import { runKey } from "./runs";
import type { LogLine } from "./types";

export const logsKey = (runId: number) => [...runKey(runId), "logs"] as const;

const TAIL = 5000;
const PAGE = 5000;

export interface LogTail {
  lines: LogLine[];
  /** Id of the newest event in `lines`. */
  newest: number;
  /** False when older lines exist on the server. */
  fromStart: boolean;
}

/** The newest lines; the live stream appends to them. */
export function logsOptions(runId: number) {
  return queryOptions({
    queryKey: logsKey(runId),
    queryFn: async ({ signal }): Promise<LogTail> => {
      const page = await unwrap(
        http.GET("/api/v1/runs/{run_id}/logs", {
          params: { path: { run_id: runId }, query: { tail: true, limit: TAIL } },
          signal,
        }),
      );
      return { lines: page.items, newest: page.items.at(-1)?.id ?? 0, fromStart: page.items.length < TAIL };
    },
    staleTime: Infinity,
  });
}

/** Every line from the first one on. */
export async function fetchWholeLog(runId: number): Promise<LogTail> {
  const lines: LogLine[] = [];
  let after = 0;
  for (;;) {
    const page = await unwrap(
      http.GET("/api/v1/runs/{run_id}/logs", {
        params: { path: { run_id: runId }, query: { after, limit: PAGE } },
      }),
    );
    lines.push(...page.items);
    if (page.items.length === 0 || page.next_after <= after) return { lines, newest: after, fromStart: true };
    after = page.next_after;
  }
}
