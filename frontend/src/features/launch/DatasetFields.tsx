import { STORED_PREFIX } from "@/api/catalog";
import { getAt, isJson, sameJson } from "@/lib/json";
import type { Field } from "@/lib/schema";
import classes from "./DatasetFields.module.css";
import { DatasetName } from "./DatasetName";
import { findingsAt } from "./findings";
import { ObjectFields } from "./ObjectFields";
import { PromptPreview } from "./PromptPreview";
import { StoredLine } from "./StoredLine";
import { useForm } from "./useForm";

/** Stored rows have their columns under fixed names. */
const OF_OTHER_SOURCES = new Set(["config", "prompt_column", "answer_column", "image_column"]);

/** The data set by name, what is known of a stored one, and what the model sees of its prompts. */
export function DatasetFields({ fields }: { fields: readonly Field[] }) {
  const { value, findings, version } = useForm();
  const name = getAt(value, ["dataset", "name"]);
  const isStored = typeof name === "string" && name.startsWith(STORED_PREFIX);
  const nameField = fields.find((field) => field.name === "name");
  const others = fields.filter((field) => {
    if (field === nameField) return false;
    if (!isStored || !OF_OTHER_SOURCES.has(field.name)) return true;
    const path = ["dataset", field.name];
    const now = getAt(value, path);
    const isDefault = now === undefined || !isJson(field.fallback) || sameJson(now, field.fallback);
    return !isDefault || findingsAt(findings, path).length > 0;
  });
  return (
    <div className={classes.fields}>
      {nameField && <DatasetName field={nameField} />}
      {version && <StoredLine version={version} />}
      <ObjectFields fields={others} path={["dataset"]} />
      <PromptPreview />
    </div>
  );
}
