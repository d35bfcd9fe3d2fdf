import { Select } from "@mantine/core";
import type { PresetList } from "@/api/types";
import { showValue } from "@/components/AlgorithmDifferences";
import { getAt, isJson, sameJson } from "@/lib/json";
import type { Field } from "@/lib/schema";
import classes from "./AlgorithmFields.module.css";
import { FieldInput, useFieldProps } from "./FieldInput";
import { useForm } from "./useForm";

interface Props {
  fields: readonly Field[];
  presets: PresetList;
}

/** The algorithm by its paper's name; below it every field, its value in GRPO, and what this run makes of it. */
export function AlgorithmFields({ fields, presets }: Props) {
  const { value, edit, locked } = useForm();
  const preset = fields.find(({ name }) => name === "preset");
  const overrides = fields.filter(({ name }) => name !== "preset");
  const chosen = getAt(value, ["algorithm", "preset"]) ?? preset?.fallback;
  const name = typeof chosen === "string" ? chosen : "";
  const algorithm = presets.algorithms[name];
  return (
    <div className={classes.algorithm}>
      {preset && (
        <PresetSelect
          field={preset}
          name={name}
          data={Object.entries(presets.algorithms).map(([id, { title }]) => ({ value: id, label: title }))}
          disabled={locked}
          onChange={(next) => edit(["algorithm", "preset"], next)}
        />
      )}
      {algorithm && (
        <p className={classes.summary}>
          {algorithm.summary} <span className="muted">arXiv {algorithm.paper}</span>
        </p>
      )}
      <table className={classes.table} aria-label="Algorithm, field by field">
        <thead>
          <tr>
            <th scope="col">Override</th>
            <th scope="col">GRPO</th>
            <th scope="col">{algorithm?.title ?? "Preset"}</th>
            <th scope="col">This run</th>
          </tr>
        </thead>
        <tbody>
          {overrides.map((field) => {
            const grpo = plain(presets.grpo[field.name]);
            const inPreset =
              field.name in (algorithm?.fields ?? {}) ? plain(algorithm?.fields[field.name]) : grpo;
            const own = getAt(value, ["algorithm", field.name]) ?? null;
            const here = own ?? inPreset;
            return (
              <tr key={field.name}>
                <td>
                  <FieldInput
                    field={field}
                    path={["algorithm", field.name]}
                    placeholder={showValue(inPreset)}
                  />
                </td>
                <td className="muted num">{showValue(grpo)}</td>
                <td className="num" data-differs={!sameJson(inPreset, grpo) || undefined}>
                  {showValue(inPreset)}
                </td>
                <td className="num" data-differs={!sameJson(here, grpo) || undefined}>
                  {showValue(here)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function plain(value: unknown) {
  return isJson(value) ? value : null;
}

interface SelectProps {
  field: Field;
  name: string;
  data: { value: string; label: string }[];
  disabled: boolean;
  onChange: (name: string) => void;
}

function PresetSelect({ field, name, data, disabled, onChange }: SelectProps) {
  return (
    <Select
      {...useFieldProps(field, ["algorithm", "preset"])}
      data={data}
      value={name}
      onChange={(next) => next && onChange(next)}
      allowDeselect={false}
      disabled={disabled}
      maw={260}
      data-testid="algorithm-preset"
    />
  );
}
