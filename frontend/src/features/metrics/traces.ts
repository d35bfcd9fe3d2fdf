/** From series to what Plotly draws. */
import type { Trace } from "plotly.js-basic-dist-min";
import type { Series } from "@/api/types";
import { translucent } from "@/components/chart/theme";
import { type Maybe, smooth } from "@/lib/numbers";
import type { Panel } from "./panels";

export interface TraceOptions {
  smoothing: number;
  palette: readonly string[];
  /** x of the i-th point of a series. */
  xOf: (series: Series, i: number) => number;
}

export type SeriesByKey = ReadonlyMap<string, Series>;

export function seriesByKey(list: readonly Series[]): SeriesByKey {
  return new Map(list.map((series) => [series.key, series]));
}

export function buildTraces(panel: Panel, series: SeriesByKey, options: TraceOptions): Trace[] {
  const curves = panel.curves.flatMap((curve) => {
    const found = series.get(curve.key);
    return found
      ? [{ color: options.palette[curve.color] ?? "#888", label: curve.label, series: found }]
      : [];
  });
  const first = curves[0];
  const traces = first ? bandTraces(panel, first.series, first.color, series, options) : [];
  const fewPoints = panel.style === "markers" || (first?.series.steps.length ?? 0) === 1;

  // The first curve is the main one and lies on top; a stack grows from the first one up.
  for (const { color, label, series: curve } of panel.style === "stack" ? curves : curves.toReversed()) {
    const x = curve.steps.map((_, i) => options.xOf(curve, i));
    const line: Trace = {
      type: "scatter",
      mode: fewPoints ? "lines+markers" : "lines",
      x,
      y: curve.mean,
      name: label,
      line: { color, width: 1.6 },
      marker: { color, size: 5 },
      connectgaps: panel.style === "markers",
      hoverinfo: "none",
      showlegend: false,
    };
    if (panel.style === "stack") {
      traces.push({
        ...line,
        stackgroup: panel.id,
        fillcolor: translucent(color, 0.45),
        line: { color, width: 0.8 },
      });
    } else if (options.smoothing > 0 && panel.style === "line") {
      traces.push({ ...line, line: { color, width: 1 }, opacity: 0.28 });
      traces.push({ ...line, y: smooth(curve.mean, options.smoothing), hoverinfo: "skip" });
    } else {
      traces.push(line);
    }
  }
  return traces;
}

/** The panel's own band, else the range inside each bucket when the server made buckets. */
function bandTraces(
  panel: Panel,
  curve: Series,
  color: string,
  series: SeriesByKey,
  options: TraceOptions,
): Trace[] {
  if (panel.style !== "line") return [];
  const inBucket: [Maybe[], Maybe[]][] =
    curve.bucketed && panel.curves.length === 1 ? [[curve.min, curve.max]] : [];
  const band = panelBand(panel, curve, series);
  const x = curve.steps.map((_, i) => options.xOf(curve, i));
  return [
    ...inBucket.flatMap(([low, high]) => area(x, low, high, translucent(color, 0.1))),
    ...(band ? area(x, band[0], band[1], translucent(color, 0.14)) : []),
  ];
}

function panelBand({ band }: Panel, curve: Series, series: SeriesByKey): [Maybe[], Maybe[]] | null {
  if (!band) return null;
  const at = (key: string) => {
    const found = series.get(key);
    const byStep = new Map(found?.steps.map((step, i) => [step, found.mean[i] ?? null]));
    return curve.steps.map((step) => byStep.get(step) ?? null);
  };
  if (band.kind === "between") return [at(band.low), at(band.high)];
  const spread = at(band.by);
  const shifted = (sign: 1 | -1) =>
    curve.mean.map((value, i) => {
      const by = spread[i] ?? null;
      return value === null || by === null ? null : value + sign * by;
    });
  return [shifted(-1), shifted(1)];
}

function area(x: number[], low: Maybe[], high: Maybe[], fillcolor: string): Trace[] {
  const edge: Trace = {
    type: "scatter",
    mode: "lines",
    x,
    y: low,
    line: { width: 0 },
    hoverinfo: "skip",
    showlegend: false,
  };
  return [edge, { ...edge, y: high, fill: "tonexty", fillcolor }];
}
