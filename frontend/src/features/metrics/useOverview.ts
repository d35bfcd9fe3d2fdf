import { createContext, use } from "react";
import type { StepRange } from "@/api/series";
import type { Series } from "@/api/types";
import type { Store } from "@/lib/store";
import type { XAxis } from "./axis";

/** What all charts of the page share. */
export interface Overview {
  runId: number;
  range: StepRange;
  axis: XAxis;
  smoothing: number;
  log: boolean;
  /** Start and end of the x axis for a chart of these series. */
  extentOf: (series: readonly Series[]) => [number, number];
  /** The step under the pointer. */
  crosshair: Store<number | null>;
  onZoom: (range: StepRange | null) => void;
  onOpenStep: (step: number) => void;
}

export const OverviewContext = createContext<Overview | null>(null);

export function useOverview(): Overview {
  const overview = use(OverviewContext);
  if (!overview) throw new Error("charts stand inside the overview");
  return overview;
}
