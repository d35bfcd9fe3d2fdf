import type { Series } from "@/api/types";
import { useChartTheme } from "@/components/chart/theme";
import { formatNumber } from "@/lib/format";
import { lastNumber, nearestIndex } from "@/lib/numbers";
import { useStore } from "@/lib/store";
import classes from "./ChartPanel.module.css";
import type { Panel } from "./panels";
import { useOverview } from "./useOverview";

interface Props {
  panel: Panel;
  series: readonly Series[];
}

/** Each curve with its value under the crosshair, or its newest one. */
export function Legend({ panel, series }: Props) {
  const { palette } = useChartTheme();
  const step = useStore(useOverview().crosshair);
  return (
    <ul className={classes.legend}>
      {panel.curves.map(({ key, label, color }) => (
        <li key={key} title={key}>
          <span className={classes.swatch} style={{ background: palette[color] }} />
          {label}
          <b>{formatNumber(valueAt(series, key, step), 3)}</b>
        </li>
      ))}
    </ul>
  );
}

/** The same for a panel of one curve, whose title names it. */
export function Value({ panel, series }: Props) {
  const step = useStore(useOverview().crosshair);
  const key = panel.curves[0]?.key ?? "";
  return <span className={classes.value}>{formatNumber(valueAt(series, key, step))}</span>;
}

function valueAt(series: readonly Series[], key: string, step: number | null): number | null {
  const curve = series.find((candidate) => candidate.key === key);
  if (!curve) return null;
  return step === null ? lastNumber(curve.mean) : (curve.mean[nearestIndex(curve.steps, step)] ?? null);
}
