import type { Series } from "@/api/types";
import { MARGIN } from "@/components/chart/PlotlyChart";
import { formatCount, formatNumber } from "@/lib/format";
import { nearestIndex } from "@/lib/numbers";
import { useStore } from "@/lib/store";
import { STEP_AXIS } from "./axis";
import classes from "./ChartPanel.module.css";
import { useOverview } from "./useOverview";

/** The vertical line that all charts share, at this chart's point nearest to the step under the pointer. */
export function Crosshair({ series, range: [low, high] }: { series: Series; range: [number, number] }) {
  const { crosshair, axis } = useOverview();
  const step = useStore(crosshair);
  if (step === null) return null;
  const at = nearestIndex(series.steps, step);
  if (at < 0) return null;
  const x = axis.of(series, at);
  const part = (x - low) / (high - low);
  if (part < 0 || part > 1) return null;
  return (
    <div
      className={classes.crosshair}
      style={{ left: `calc(${MARGIN.l}px + ${part} * (100% - ${MARGIN.l + MARGIN.r}px))` }}
      aria-hidden
    >
      <span>{axis === STEP_AXIS ? `step ${formatCount(x)}` : `${formatNumber(x)} ${axis.unit}`}</span>
    </div>
  );
}
