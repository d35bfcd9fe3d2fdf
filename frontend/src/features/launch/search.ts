import { choiceParam, intParam, textParam } from "@/lib/search";

export interface LaunchSearch {
  /** Start from a preset, */
  preset?: string;
  /** or from the spec of a run. */
  from?: number;
  /** A stored data set to put into it, by its reference. */
  dataset?: string;
  view?: "yaml";
}

export function validateLaunchSearch(search: Record<string, unknown>): LaunchSearch {
  const preset = textParam(search.preset);
  const from = intParam(search.from, { min: 1 });
  const dataset = textParam(search.dataset);
  const view = choiceParam(search.view, ["yaml"]);
  return {
    ...(from !== undefined ? { from } : preset ? { preset } : {}),
    ...(dataset ? { dataset } : {}),
    ...(view ? { view } : {}),
  };
}
