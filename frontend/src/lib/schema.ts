/** The JSON schema of the run spec as the few kinds of field that the form knows. */
import { isJson, isRecord, type Json, type JsonObject } from "@/lib/json";

export type FieldNode =
  | { kind: "object"; fields: Field[] }
  /** An object that may be left out, as LoRA or the held-out split. */
  | { kind: "optional"; fields: Field[] }
  | { kind: "choice"; options: string[]; nullable: boolean }
  | { kind: "text"; nullable: boolean }
  | { kind: "number"; integer: boolean; nullable: boolean; limits: string | null }
  | { kind: "switch"; nullable: boolean }
  /** A list of strings; `instead` is the word that may stand in place of a list. */
  | { kind: "list"; instead: string | null; nullable: boolean }
  /** Anything else is written as YAML. */
  | { kind: "yaml" };

export interface Field {
  name: string;
  help: string | null;
  fallback: Json | undefined;
  node: FieldNode;
}

type Schema = Record<string, unknown>;

/** The fields of the whole spec, in the schema's order. */
export function parseSchema(schema: unknown): Field[] {
  if (!isRecord(schema)) return [];
  const defs = isRecord(schema.$defs) ? schema.$defs : {};
  return objectFields(resolve(schema, defs), defs);
}

/** The fields of a reward's params: a mapping of names to schemas. */
export function parseParams(params: Record<string, unknown>): Field[] {
  return objectFields({ properties: params }, {});
}

function resolve(schema: Schema, defs: Schema): Schema {
  const ref = typeof schema.$ref === "string" ? schema.$ref.replace("#/$defs/", "") : null;
  const target = ref === null ? null : defs[ref];
  return isRecord(target) ? { ...target, ...schema, $ref: undefined } : schema;
}

function objectFields(schema: Schema, defs: Schema): Field[] {
  if (!isRecord(schema.properties)) return [];
  return Object.entries(schema.properties).flatMap(([name, raw]) => {
    if (!isRecord(raw)) return [];
    const property = resolve(raw, defs);
    return [
      {
        name,
        help: helpOf(property, defs),
        fallback: isJson(property.default) ? property.default : undefined,
        node: parseNode(property, defs),
      },
    ];
  });
}

/** The field's own text, else that of the object it may hold. */
function helpOf(property: Schema, defs: Schema): string | null {
  if (typeof property.description === "string") return property.description;
  const options = Array.isArray(property.anyOf) ? property.anyOf.filter(isRecord) : [];
  const described = options.map((option) => resolve(option, defs).description);
  return described.find((text) => typeof text === "string") ?? null;
}

function parseNode(schema: Schema, defs: Schema): FieldNode {
  if (!Array.isArray(schema.anyOf)) return plainNode(schema, defs, false);
  const options = schema.anyOf.filter(isRecord).map((option) => resolve(option, defs));
  const real = options.filter(({ type }) => type !== "null");
  const nullable = real.length < options.length;
  const [first, second] = real;
  if (first && !second) return plainNode(first, defs, nullable);

  const list = real.find(({ type }) => type === "array");
  const word = real.find((option) => typeof option.const === "string");
  if (real.length === 2 && list && isStringList(list) && typeof word?.const === "string") {
    return { kind: "list", instead: word.const, nullable };
  }
  return { kind: "yaml" };
}

function plainNode(schema: Schema, defs: Schema, nullable: boolean): FieldNode {
  if (Array.isArray(schema.enum) && schema.enum.every((option) => typeof option === "string")) {
    return { kind: "choice", options: schema.enum, nullable };
  }
  switch (schema.type) {
    case "string":
      return { kind: "text", nullable };
    case "integer":
    case "number":
      return { kind: "number", integer: schema.type === "integer", nullable, limits: limitsOf(schema) };
    case "boolean":
      return { kind: "switch", nullable };
    case "array":
      return isStringList(schema) ? { kind: "list", instead: null, nullable } : { kind: "yaml" };
    case "object": {
      const fields = objectFields(schema, defs);
      if (fields.length === 0) return { kind: "yaml" };
      return nullable ? { kind: "optional", fields } : { kind: "object", fields };
    }
    default:
      return { kind: "yaml" };
  }
}

function isStringList(schema: Schema): boolean {
  return isRecord(schema.items) && schema.items.type === "string";
}

/** A limit beyond this is a safeguard, not something to tell. */
const UNTOLD = 1e6;

function limitsOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): string | null {
  // That a size is not negative needs no saying; an upper end does.
  if (!isTold(maximum) && !isTold(exclusiveMaximum)) return null;
  const parts: string[] = [];
  if (typeof minimum === "number") parts.push(`≥ ${minimum}`);
  if (typeof exclusiveMinimum === "number") parts.push(`> ${exclusiveMinimum}`);
  if (isTold(maximum)) parts.push(`≤ ${maximum}`);
  if (isTold(exclusiveMaximum)) parts.push(`< ${exclusiveMaximum}`);
  return parts.join(", ");
}

function isTold(limit: unknown): limit is number {
  return typeof limit === "number" && limit < UNTOLD;
}

/** A value in which every field has its default. */
export function defaultsOf(fields: readonly Field[]): JsonObject {
  const value: JsonObject = {};
  for (const { name, fallback, node } of fields) {
    if (fallback !== undefined) value[name] = fallback;
    else if (node.kind === "object") value[name] = defaultsOf(node.fields);
  }
  return value;
}

/** checkpointing → Checkpointing */
export function titleOf(name: string): string {
  const text = name.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The fields of one entry of the rewards list. */
export function rewardItemFields(schema: unknown): Field[] {
  if (!isRecord(schema) || !isRecord(schema.properties) || !isRecord(schema.properties.rewards)) return [];
  const defs = isRecord(schema.$defs) ? schema.$defs : {};
  const { items } = schema.properties.rewards;
  return isRecord(items) ? objectFields(resolve(items, defs), defs) : [];
}
