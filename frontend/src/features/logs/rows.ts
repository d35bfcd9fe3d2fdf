import type { LogLine } from "@/api/types";
import type { LogsSearch } from "./search";

export type LogRow =
  | { kind: "attempt"; attempt: number; time: string }
  | { kind: "line"; number: number; line: LogLine };

/** The lines that match, numbered as in the whole log, with a marker where each attempt begins. */
export function toRows(lines: readonly LogLine[], { find, stream }: LogsSearch): LogRow[] {
  const wanted = find?.toLowerCase();
  const rows: LogRow[] = [];
  let attempt: number | null = null;
  for (const [i, line] of lines.entries()) {
    if (stream && line.stream !== stream) continue;
    if (wanted && !line.text.toLowerCase().includes(wanted)) continue;
    if (line.attempt !== attempt) {
      attempt = line.attempt;
      rows.push({ kind: "attempt", attempt, time: line.time });
    }
    rows.push({ kind: "line", number: i + 1, line });
  }
  return rows;
}

/** Cuts a text where the search occurs in it, so that the places can be marked. */
export function cutAt(text: string, find: string): { text: string; isMatch: boolean }[] {
  if (!find) return [{ text, isMatch: false }];
  const parts: { text: string; isMatch: boolean }[] = [];
  const lower = text.toLowerCase();
  const wanted = find.toLowerCase();
  let from = 0;
  // A few letters change their length in lower case; then nothing is marked, rather than the wrong place.
  if (lower.length === text.length) {
    for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
      if (at > from) parts.push({ text: text.slice(from, at), isMatch: false });
      parts.push({ text: text.slice(at, at + wanted.length), isMatch: true });
      from = at + wanted.length;
    }
  }
  if (from < text.length) parts.push({ text: text.slice(from), isMatch: false });
  return parts;
}
