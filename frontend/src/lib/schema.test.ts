import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isRecord } from "@/lib/json";
import { defaultsOf, type Field, parseParams, parseSchema, rewardItemFields } from "./schema";

/** The run spec's schema as the OpenAPI document carries it; /spec/schema differs in where it keeps definitions. */
function specSchema(): unknown {
  const text = readFileSync(join(process.cwd(), "openapi.json"), "utf8").replaceAll(
    "#/components/schemas/",
    "#/$defs/",
  );
  const document: unknown = JSON.parse(text);
  if (!isRecord(document) || !isRecord(document.components) || !isRecord(document.components.schemas))
    return null;
  const $defs = document.components.schemas;
  const spec = $defs["RunSpec-Input"] ?? $defs.RunSpec;
  return isRecord(spec) ? { ...spec, $defs } : null;
}

const fields = parseSchema(specSchema());

function at(...path: string[]): Field {
  let among: readonly Field[] = fields;
  let found: Field | undefined;
  for (const name of path) {
    found = among.find((field) => field.name === name);
    among =
      found && (found.node.kind === "object" || found.node.kind === "optional") ? found.node.fields : [];
  }
  if (!found) throw new Error(`no field ${path.join(".")}`);
  return found;
}

test("every section of the run spec is found", () => {
  expect(fields.map(({ name }) => name)).toEqual([
    "name",
    "experiment",
    "tags",
    "seed",
    "model",
    "dataset",
    "rewards",
    "algorithm",
    "sampling",
    "optimizer",
    "schedule",
    "evaluation",
    "capture",
    "checkpointing",
    "resources",
  ]);
});

test("no field but the list of rewards has to be written as YAML", () => {
  const asYaml = (list: readonly Field[]): string[] =>
    list.flatMap(({ name, node }) =>
      node.kind === "yaml"
        ? [name]
        : node.kind === "object" || node.kind === "optional"
          ? asYaml(node.fields)
          : [],
    );
  expect(asYaml(fields)).toEqual(["rewards"]);
});

test("kinds of field", () => {
  expect(at("name").node).toEqual({ kind: "text", nullable: false });
  expect(at("tags").node).toEqual({ kind: "list", instead: null, nullable: false });
  expect(at("model", "dtype").node).toEqual({
    kind: "choice",
    options: ["auto", "float32", "bfloat16"],
    nullable: false,
  });
  expect(at("model", "revision").node).toEqual({ kind: "text", nullable: true });
  expect(at("model", "lora").node.kind).toBe("optional");
  expect(at("model", "lora", "target_modules").node).toEqual({
    kind: "list",
    instead: "all-linear",
    nullable: false,
  });
  expect(at("sampling", "temperature").node).toMatchObject({
    kind: "number",
    integer: false,
    limits: "> 0, ≤ 10",
  });
  expect(at("sampling", "top_k").node).toMatchObject({ kind: "number", integer: true, limits: null });
  expect(at("algorithm", "mask_truncated_completions").node).toEqual({ kind: "switch", nullable: true });
});

test("descriptions become help, also those of an object that may be left out", () => {
  expect(at("sampling", "num_generations").help).toBe("Completions per prompt: the size of a group.");
  expect(at("dataset", "heldout").help).toMatch(/never trained on/);
});

test("defaults fill a new object", () => {
  const lora = at("model", "lora");
  expect(lora.node.kind === "optional" && defaultsOf(lora.node.fields)).toEqual({
    r: 16,
    alpha: 32,
    dropout: 0,
    target_modules: "all-linear",
  });
});

test("the fields of a reward are found, and those of its params", () => {
  expect(rewardItemFields(specSchema()).map(({ name }) => name)).toEqual(
    expect.arrayContaining(["name", "weight", "params"]),
  );
  const params = parseParams({ max_length: { type: "integer", default: 512 }, strict: { type: "boolean" } });
  expect(params.map(({ name, node }) => [name, node.kind])).toEqual([
    ["max_length", "number"],
    ["strict", "switch"],
  ]);
  expect(defaultsOf(params)).toEqual({ max_length: 512 });
});

test.each([null, [], "x", {}, { properties: 7 }, { properties: { a: null } }])(
  "%j is a form without fields",
  (schema) => expect(parseSchema(schema)).toEqual([]),
);
