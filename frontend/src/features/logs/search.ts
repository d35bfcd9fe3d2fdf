import { choiceParam, flagParam, textParam } from "@/lib/search";

export const STREAMS = ["stdout", "stderr", "rftdeck"] as const;

export interface LogsSearch {
  find?: string;
  stream?: (typeof STREAMS)[number];
  /** The view stays where it is instead of following the newest line. */
  still?: true;
}

export function validateLogsSearch(search: Record<string, unknown>): LogsSearch {
  const find = textParam(search.find);
  const stream = choiceParam(search.stream, STREAMS);
  const still = flagParam(search.still);
  return { ...(find ? { find } : {}), ...(stream ? { stream } : {}), ...(still ? { still } : {}) };
}

export function follows(search: LogsSearch): boolean {
  return !search.still;
}
