import { createContext, use } from "react";
import type { DatasetVersion } from "@/api/types";
import type { JsonObject } from "@/lib/json";
import type { Edit } from "./draft";
import type { FindingsByPath } from "./findings";

/** What every field of the launch form shares. */
export interface LaunchForm {
  value: JsonObject;
  edit: Edit;
  findings: FindingsByPath;
  /** Path → names that can be chosen. */
  suggestions: Readonly<Record<string, readonly string[]>>;
  /** What the draft began with. */
  initial: JsonObject;
  /** The stored version that dataset.name means. */
  version: DatasetVersion | undefined;
  /** True while the YAML does not parse: the form shows the last good value and cannot change it. */
  locked: boolean;
}

export const FormContext = createContext<LaunchForm | null>(null);

export function useForm(): LaunchForm {
  const form = use(FormContext);
  if (!form) throw new Error("fields stand inside the launch form");
  return form;
}
