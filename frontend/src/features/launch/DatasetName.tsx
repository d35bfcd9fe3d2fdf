import { Autocomplete, type OptionsFilter } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { datasetNamesOptions } from "@/api/catalog";
import { datasetChoicesOptions } from "@/api/rows";
import type { Dataset } from "@/api/types";
import { plural } from "@/lib/format";
import { getAt } from "@/lib/json";
import type { Field } from "@/lib/schema";
import classes from "./DatasetFields.module.css";
import { applyEdits, datasetEdits } from "./edits";
import { useFieldProps } from "./FieldInput";
import { useForm } from "./useForm";

const PATH = ["dataset", "name"];
const STARTER = "starter/";

/** A name that was chosen is no search: all others can be chosen instead. */
const showAll: OptionsFilter = ({ options }) => options;

/** Any name; stored data sets, the starters and what was trained on before are suggested. */
export function DatasetName({ field }: { field: Field }) {
  const { value, edit, locked } = useForm();
  const props = useFieldProps(field, PATH);
  // One may have been imported a moment ago.
  const stored = useQuery({ ...datasetChoicesOptions, staleTime: 0 }).data?.items ?? [];
  const names = useQuery(datasetNamesOptions).data?.items ?? [];
  const now = getAt(value, PATH);
  const name = typeof now === "string" ? now : "";

  const ready = new Map(
    stored.flatMap(({ newest }) =>
      newest.state === "ready" && newest.reference !== null ? [[newest.reference, newest] as const] : [],
    ),
  );
  const titles = new Map(names.map((item) => [item.name, item.title]));
  const others = [...titles.keys()].filter((item) => !ready.has(item));
  const data = [
    { group: "Stored data sets", items: [...ready.keys()] },
    { group: "Starters", items: others.filter((item) => item.startsWith(STARTER)) },
    { group: "Used before", items: others.filter((item) => !item.startsWith(STARTER)) },
  ].filter(({ items }) => items.length > 0);

  return (
    <Autocomplete
      {...props}
      disabled={locked}
      data={data}
      {...(ready.has(name) || titles.has(name) ? { filter: showAll } : {})}
      value={name}
      onChange={(text) => edit(PATH, text)}
      onOptionSubmit={(chosen) => {
        const version = ready.get(chosen);
        if (version) applyEdits(edit, datasetEdits(value, version));
      }}
      maxDropdownHeight={360}
      data-testid="dataset-name"
      renderOption={({ option }) => {
        const version = ready.get(option.value);
        return (
          <span className={classes.option}>
            <span>{option.value}</span>
            <span>{version ? storedText(version) : titles.get(option.value)}</span>
          </span>
        );
      }}
    />
  );
}

function storedText({ number, rows }: Dataset["newest"]): string {
  return `v${number}, ${plural(rows, "row")}`;
}
