import { Switch } from "@mantine/core";
import { getAt, type Path } from "@/lib/json";
import { defaultsOf, type Field } from "@/lib/schema";
import { FieldInput, useFieldProps } from "./FieldInput";
import classes from "./ObjectFields.module.css";
import { useForm } from "./useForm";

export function ObjectFields({ fields, path }: { fields: readonly Field[]; path: Path }) {
  return (
    <div className={classes.grid}>
      {fields.map((field) => (
        <FieldInput key={field.name} field={field} path={[...path, field.name]} />
      ))}
    </div>
  );
}

/** A section that may be null: a switch, and its fields while it is on. */
export function OptionalFields({
  field,
  fields,
  path,
}: {
  field: Field;
  fields: readonly Field[];
  path: Path;
}) {
  const { value, edit, locked } = useForm();
  const now = getAt(value, path);
  const isOn = now === undefined ? field.fallback !== null && field.fallback !== undefined : now !== null;
  return (
    <fieldset className={classes.optional}>
      <Switch
        {...useFieldProps(field, path)}
        checked={isOn}
        disabled={locked}
        onChange={({ currentTarget }) => edit(path, currentTarget.checked ? defaultsOf(fields) : null)}
      />
      {isOn && <ObjectFields fields={fields} path={path} />}
    </fieldset>
  );
}
