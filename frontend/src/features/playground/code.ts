/** Keys of a plain code editor: what they do to the text between start and end. */

export interface Edit {
  from: number;
  to: number;
  text: string;
  /** What is selected afterwards. */
  selection: [number, number];
}

const INDENT = "    ";

function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/** Tab: spaces up to the next stop, or one level more for every selected line. */
export function indent(text: string, start: number, end: number): Edit {
  if (start === end) {
    const spaces = INDENT.slice((start - lineStart(text, start)) % INDENT.length);
    return { from: start, to: end, text: spaces, selection: [start + spaces.length, start + spaces.length] };
  }
  const from = lineStart(text, start);
  const lines = text.slice(from, end).split("\n");
  const indented = lines.map((line) => (line === "" ? line : INDENT + line)).join("\n");
  return { from, to: end, text: indented, selection: [from, from + indented.length] };
}

/** Shift+Tab: one level less for every line that the selection touches. */
export function dedent(text: string, start: number, end: number): Edit {
  const from = lineStart(text, start);
  const lines = text.slice(from, end).split("\n");
  const dedented = lines.map((line) => line.replace(/^ {1,4}/, "")).join("\n");
  const after = Math.max(from, end - (end - from - dedented.length));
  return { from, to: end, text: dedented, selection: start === end ? [after, after] : [from, after] };
}

/** Enter: the next line starts where this one does, one level deeper behind a colon. */
export function newline(text: string, start: number, end: number): Edit {
  const line = text.slice(lineStart(text, start), start);
  const spaces = /^ */.exec(line)?.[0] ?? "";
  const deeper = line.trimEnd().endsWith(":") ? INDENT : "";
  const inserted = `\n${spaces}${deeper}`;
  const at = start + inserted.length;
  return { from: start, to: end, text: inserted, selection: [at, at] };
}

/** The line that an error is about: the deepest frame of a traceback, or the one that a message names. */
export function errorLine(text: string | null): number | null {
  const last = [...(text ?? "").matchAll(/\bline (\d+)/g)].at(-1)?.[1];
  return last === undefined ? null : Number(last);
}
