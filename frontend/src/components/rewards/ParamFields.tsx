import { Select, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import type { FieldProblem } from "@/api/problem";
import { HelpText } from "@/components/HelpText";
import { assertNever } from "@/lib/assertNever";
import { isJson, type Json, type JsonObject } from "@/lib/json";
import type { Field } from "@/lib/schema";
import classes from "./ParamFields.module.css";

interface Props {
  fields: readonly Field[];
  value: JsonObject;
  /** Their paths start at the value. */
  errors: readonly FieldProblem[];
  onChange: (value: JsonObject) => void;
}

/** The params of a reward, each as its kind asks for. */
export function ParamFields({ fields, value, errors, onChange }: Props) {
  return (
    <div className={classes.grid}>
      {fields.map((field) => (
        <ParamField
          key={field.name}
          field={field}
          value={value[field.name] ?? field.fallback ?? null}
          error={errorOf(errors, field.name)}
          onChange={(next) => onChange({ ...value, [field.name]: next })}
        />
      ))}
    </div>
  );
}

function errorOf(errors: readonly FieldProblem[], name: string): string | undefined {
  const found = errors.find(({ path }) => path === name || path.startsWith(`${name}.`));
  return found && (found.fix ? `${found.reason} → ${found.fix}` : found.reason);
}

interface FieldProps {
  field: Field;
  value: Json;
  error: string | undefined;
  onChange: (value: Json) => void;
}

function ParamField({ field, value, error, onChange }: FieldProps) {
  const { node, name, help, fallback } = field;
  const common = {
    label: name,
    description: help ? <HelpText text={help} /> : undefined,
    error,
    placeholder: fallback === undefined || fallback === null ? "none" : undefined,
  };
  switch (node.kind) {
    case "choice":
      return (
        <Select
          {...common}
          data={node.options}
          value={typeof value === "string" ? value : null}
          onChange={(next) => onChange(next ?? fallback ?? null)}
          clearable={node.nullable}
          allowDeselect={false}
        />
      );
    case "text":
      return (
        <TextInput
          {...common}
          value={value === null ? "" : String(value)}
          onChange={({ currentTarget: { value: text } }) =>
            onChange(text === "" && node.nullable ? null : text)
          }
        />
      );
    case "number":
      return <NumberField {...common} value={value} onChange={onChange} />;
    case "switch":
      return (
        <Switch
          {...common}
          checked={value === true}
          onChange={({ currentTarget }) => onChange(currentTarget.checked)}
        />
      );
    case "list":
      return (
        <TagsInput {...common} value={Array.isArray(value) ? value.map(String) : []} onChange={onChange} />
      );
    case "object":
    case "optional":
    case "yaml":
      return <JsonField {...common} value={value} onChange={onChange} />;
    default:
      return assertNever(node);
  }
}

interface ValueProps {
  label: string;
  description: ReactNode;
  error: string | undefined;
  placeholder: string | undefined;
  value: Json;
  onChange: (value: Json) => void;
}

/** What is no number goes to the server as it is, which says so at this field. */
function NumberField({ value, onChange, ...rest }: ValueProps) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <TextInput
      {...rest}
      inputMode="decimal"
      value={typed ?? (value === null ? "" : String(value))}
      onChange={({ currentTarget: { value: text } }) => {
        setTyped(text);
        const number = Number(text);
        onChange(text.trim() === "" ? null : Number.isFinite(number) ? number : text);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}

/** A value of any shape, as JSON; kept while it does not parse. */
function JsonField({ value, error, onChange, ...rest }: ValueProps) {
  const shown = value === null ? "" : JSON.stringify(value);
  const [typed, setTyped] = useState(shown);
  useEffect(() => setTyped(shown), [shown]);
  const parsed = parseJson(typed);
  return (
    <Textarea
      {...rest}
      autosize
      minRows={1}
      classNames={{ input: "mono" }}
      value={typed}
      error={parsed === undefined ? "This is no JSON." : error}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      onBlur={() => parsed !== undefined && onChange(parsed)}
    />
  );
}

function parseJson(text: string): Json | undefined {
  if (text.trim() === "") return null;
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
