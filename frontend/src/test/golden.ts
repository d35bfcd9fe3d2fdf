import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isStreamedEvent } from "@/api/events";
import type { StreamedEvent } from "@/api/types";

/** The events that Python's contract tests read too. */
export function goldenEvents(): StreamedEvent[] {
  const raw: unknown = JSON.parse(readFileSync(join(process.cwd(), "../tests/golden/events.json"), "utf8"));
  if (!Array.isArray(raw) || !raw.every(isStreamedEvent)) throw new Error("a golden event has no envelope");
  return raw;
}
