import type { Axis, Trace } from "plotly.js-basic-dist-min";
import { type PointerEvent, useMemo, useState } from "react";
import { MARGIN, PlotlyChart } from "@/components/chart/PlotlyChart";
import { useChartTheme } from "@/components/chart/theme";
import { lastNumber, type Maybe, nearestIndex } from "@/lib/numbers";
import classes from "./RescoreView.module.css";

interface Props {
  title: string;
  steps: readonly number[];
  before: readonly Maybe[];
  now: readonly Maybe[];
  format: (value: number | null) => string;
  onOpenStep: (step: number) => void;
  /** Values lie between 0 and 1. */
  fraction?: true;
}

const HEIGHT = 190;

/** What was recorded and what the other rewards say, by step. A click opens the rollouts of that step. */
export function OldNewChart({ title, steps, before, now, format, onOpenStep, fraction }: Props) {
  const { palette, faint } = useChartTheme();
  const [at, setAt] = useState<number | null>(null);
  const [zoom, setZoom] = useState<[number, number] | null>(null);
  const [oldColour, newColour] = [faint, palette[0] ?? faint];
  const [first, last] = zoom ?? [steps[0] ?? 0, steps.at(-1) ?? 1];
  const xRange = useMemo<[number, number]>(
    () => (first === last ? [first - 1, last + 1] : [first, last]),
    [first, last],
  );
  const yAxis = useMemo<Axis>(
    () => (fraction ? { range: [-0.03, 1.03], tickformat: ".0%" } : { rangemode: "normal" }),
    [fraction],
  );
  const traces = useMemo(
    () => [curve("recorded", steps, before, oldColour), curve("now", steps, now, newColour)],
    [steps, before, now, oldColour, newColour],
  );
  const follow = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const part = (event.clientX - box.left - MARGIN.l) / (box.width - MARGIN.l - MARGIN.r);
    const inside = part >= 0 && part <= 1;
    setAt(inside ? nearestIndex(steps, xRange[0] + part * (xRange[1] - xRange[0])) : null);
  };
  const value = (values: readonly Maybe[]) => format(at === null ? lastNumber(values) : (values[at] ?? null));
  return (
    <section className={classes.chart} aria-label={title}>
      <header className={classes.chartHead}>
        <h2>{title}</h2>
        <span className={classes.legend}>
          <span className={classes.swatch} style={{ background: oldColour }} />
          recorded <b>{value(before)}</b>
        </span>
        <span className={classes.legend}>
          <span className={classes.swatch} style={{ background: newColour }} />
          now <b>{value(now)}</b>
        </span>
        <span className={classes.atStep}>step {at === null ? steps.at(-1) : steps[at]}</span>
      </header>
      <div onPointerMove={follow} onPointerLeave={() => setAt(null)}>
        <PlotlyChart
          traces={traces}
          xRange={xRange}
          yAxis={yAxis}
          height={HEIGHT}
          fileName={title.toLowerCase().replaceAll(" ", "-")}
          onZoom={setZoom}
          onClick={(x) => {
            const step = steps[nearestIndex(steps, x)];
            if (step !== undefined) onOpenStep(step);
          }}
        />
      </div>
    </section>
  );
}

function curve(name: string, x: readonly number[], y: readonly Maybe[], color: string): Trace {
  return {
    type: "scatter",
    mode: x.length === 1 ? "markers" : "lines",
    x,
    y,
    name,
    line: { color, width: 1.7 },
    marker: { color, size: 6 },
    hoverinfo: "none",
    showlegend: false,
  };
}
