import {
  Autocomplete,
  Input,
  SegmentedControl,
  Select,
  Switch,
  TagsInput,
  Textarea,
  TextInput,
} from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { HelpText } from "@/components/HelpText";
import { assertNever } from "@/lib/assertNever";
import { getAt, type Json, type Path, sameJson } from "@/lib/json";
import type { Field } from "@/lib/schema";
import { parseYaml, toYaml } from "@/lib/yaml";
import classes from "./FieldInput.module.css";
import { fieldId, findingsAt } from "./findings";
import { ObjectFields, OptionalFields } from "./ObjectFields";
import { useForm } from "./useForm";

interface Props {
  field: Field;
  path: Path;
  /** What an empty field amounts to, when that is not its own default. */
  placeholder?: string;
}

const MULTILINE = new Set(["system_prompt", "prompt_template"]);

/** One field of the spec, as its kind asks for. */
export function FieldInput({ field, path, placeholder }: Props) {
  const { value, edit, suggestions, locked } = useForm();
  const { node, name, fallback } = field;
  const now = getAt(value, path);
  const set = (next: Json | undefined) => edit(path, next);
  const common = {
    ...useFieldProps(field, path),
    placeholder: placeholder ?? placeholderOf(field),
    disabled: locked,
  };
  const setText = (text: string) => {
    const isEmpty = text === "" && (node.kind !== "text" || node.nullable);
    set(isEmpty ? (fallback === undefined ? undefined : null) : text);
  };

  switch (node.kind) {
    case "object":
      return <ObjectFields fields={node.fields} path={path} />;
    case "optional":
      return <OptionalFields field={field} fields={node.fields} path={path} />;
    case "choice":
      return (
        <Select
          {...common}
          data={node.options}
          value={typeof now === "string" ? now : null}
          onChange={(next) => set(next ?? (node.nullable ? null : fallback))}
          clearable={node.nullable}
          allowDeselect={false}
        />
      );
    case "text": {
      const text = typeof now === "string" ? now : now === null || now === undefined ? "" : String(now);
      const names = suggestions[path.join(".")];
      if (names) return <Autocomplete {...common} data={[...names]} value={text} onChange={setText} />;
      if (MULTILINE.has(name)) {
        return (
          <Textarea
            {...common}
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
            autosize
            minRows={2}
            maxRows={10}
            className={classes.wide}
          />
        );
      }
      return (
        <TextInput {...common} value={text} onChange={({ currentTarget }) => setText(currentTarget.value)} />
      );
    }
    case "number":
      return (
        <NumberText
          {...common}
          value={now}
          onChange={(next) => set(next === null && !node.nullable ? undefined : next)}
        />
      );
    case "switch":
      if (node.nullable) return <ThreeWay {...common} value={now} onChange={set} />;
      return (
        <Switch
          {...common}
          placeholder={undefined}
          className={classes.switch}
          checked={now === undefined ? fallback === true : now === true}
          onChange={({ currentTarget }) => set(currentTarget.checked)}
        />
      );
    case "list":
      return (
        <TagsInput
          {...common}
          value={Array.isArray(now) ? now.map(String) : []}
          onChange={(items) => set(items.length === 0 && node.instead !== null ? node.instead : items)}
        />
      );
    case "yaml":
      return <YamlValue {...common} value={now} onChange={set} />;
    default:
      return assertNever(node);
  }
}

/** Label, help and findings of a field, for any Mantine input. */
export function useFieldProps(field: Field, path: Path) {
  const { findings, value } = useForm();
  const found = findingsAt(findings, path);
  const error = found.find(({ level }) => level === "error");
  const warning = found.find(({ level }) => level === "warning");
  const now = getAt(value, path);
  const { fallback } = field;
  const isPlain = fallback !== undefined && (fallback === null || typeof fallback !== "object");
  const isDefault = now === undefined || !isPlain || sameJson(now, fallback);
  const limits = field.node.kind === "number" ? field.node.limits : null;
  const shown = error ?? warning;
  return {
    id: fieldId(path),
    label: field.name,
    description: (
      <>
        {field.help && (
          <>
            <HelpText text={field.help} />{" "}
          </>
        )}
        {limits && <span className={classes.hint}>{limits} </span>}
        {!isDefault && <span className={classes.hint}>Default: {shortDefault(fallback)}</span>}
      </>
    ),
    error: shown ? (
      <span data-level={shown.level} className={classes.finding}>
        {shown.reason}
        {shown.fix && <> → {shown.fix}</>}
      </span>
    ) : undefined,
  };
}

function shortDefault(value: Json | undefined): string {
  return textOf(value) || "none";
}

function placeholderOf({ fallback, node }: Field): string | undefined {
  if (node.kind === "list") return node.instead ?? "Enter adds one";
  if (fallback === undefined) return undefined;
  return fallback === null ? "none" : String(fallback);
}

interface ValueProps {
  id: string;
  label: string;
  description: ReactNode;
  error: ReactNode;
  placeholder: string | undefined;
  disabled: boolean;
  value: Json | undefined;
  onChange: (value: Json) => void;
}

function textOf(value: Json | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return shortNumber(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** 0.00005 → 5e-5 */
function shortNumber(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value);
}

/** Takes 5e-5 as well as 0.00005. What is no number goes to the server as it is, which says so at this field. */
export function NumberText({ value, onChange, ...rest }: ValueProps) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <TextInput
      {...rest}
      inputMode="decimal"
      value={typed ?? textOf(value)}
      onChange={({ currentTarget }) => {
        const text = currentTarget.value.trim();
        setTyped(currentTarget.value);
        const number = Number(text.replaceAll("_", ""));
        onChange(text === "" ? null : Number.isFinite(number) ? number : text);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}

/** Yes, no, or whatever the preset says. */
function ThreeWay({ value, onChange, id, label, description, error, placeholder, disabled }: ValueProps) {
  return (
    <Input.Wrapper id={id} label={label} description={description} error={error}>
      <SegmentedControl
        id={id}
        aria-label={label}
        size="xs"
        className={classes.threeWay}
        disabled={disabled}
        data={[
          { value: "", label: placeholder ? `preset (${placeholder})` : "preset" },
          { value: "true", label: "yes" },
          { value: "false", label: "no" },
        ]}
        value={typeof value === "boolean" ? String(value) : ""}
        onChange={(next) => onChange(next === "" ? null : next === "true")}
      />
    </Input.Wrapper>
  );
}

/** A value of any shape, written as YAML; kept while it does not parse. */
function YamlValue({ value, onChange, error, ...rest }: ValueProps) {
  const shown = value === undefined || value === null ? "" : toYaml(value).trimEnd();
  const [typed, setTyped] = useState(shown);
  const parsed = parseYaml(
    `value: ${typed.includes("\n") ? `\n  ${typed.replaceAll("\n", "\n  ")}` : typed}`,
  );
  useEffect(() => setTyped(shown), [shown]);
  return (
    <Textarea
      {...rest}
      className={classes.wide}
      classNames={{ input: "mono" }}
      autosize
      minRows={1}
      value={typed}
      error={parsed.ok ? error : parsed.message}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      onBlur={() => parsed.ok && onChange(parsed.value.value ?? null)}
    />
  );
}
