import { isScalar, LineCounter, parseDocument, stringify } from "yaml";
import { isJsonObject, type Json, type JsonObject, type Path } from "./json";

export type Parsed =
  | { ok: true; value: JsonObject }
  | { ok: false; line: number; column: number; message: string };

export function toYaml(value: Json): string {
  return stringify(value, { lineWidth: 0 });
}

/** A YAML mapping as plain JSON values; else where it stops being one. Lines and columns count from 1. */
export function parseYaml(text: string): Parsed {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const error = document.errors[0];
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    return { ok: false, line: Math.max(1, line), column: Math.max(1, col), message: error.message };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    return { ok: false, line: 1, column: 1, message: String(cause) };
  }
  if (isJsonObject(value)) return { ok: true, value };
  return {
    ok: false,
    line: 1,
    column: 1,
    message: "A run spec is a mapping of sections, e.g. `name: my run`, with plain values.",
  };
}

/**
 * The text with one value changed. Comments, order and everything else stay as a person wrote them; undefined takes
 * the key away. The text must parse.
 */
export function editYaml(text: string, path: Path, value: Json | undefined): string {
  const document = parseDocument(text);
  if (value === undefined) {
    if (document.hasIn(path)) document.deleteIn(path);
  } else {
    const before = document.getIn(path, true);
    // Setting the value of the scalar itself keeps its comment.
    if (isScalar(before) && (typeof value !== "object" || value === null)) {
      before.value = value;
      before.format = undefined; // 1e-6 was written so; what replaces it need not be
    } else document.setIn(path, document.createNode(value));
  }
  return document.toString({ lineWidth: 0 });
}
