import { Skeleton, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Axis } from "plotly.js-basic-dist-min";
import { type PointerEvent, useMemo } from "react";
import { problemOf } from "@/api/problem";
import { seriesOptions } from "@/api/series";
import type { Series } from "@/api/types";
import { MARGIN, PlotlyChart } from "@/components/chart/PlotlyChart";
import { useChartTheme } from "@/components/chart/theme";
import { useInView } from "@/lib/useInView";
import { pointAt, type XAxis } from "./axis";
import classes from "./ChartPanel.module.css";
import { Crosshair } from "./Crosshair";
import { Legend, Value } from "./Legend";
import { type Panel, panelKeys } from "./panels";
import { buildTraces, seriesByKey } from "./traces";
import { useOverview } from "./useOverview";

const HEIGHT = 194;
const LEGEND_HEIGHT = 18;
const PANEL_HEIGHT = HEIGHT + 22;

/** One chart with its legend. It fetches and draws only while it is on screen. */
export function ChartPanel({ panel }: { panel: Panel }) {
  const [ref, inView] = useInView<HTMLElement>();
  return (
    <section ref={ref} className={classes.panel} aria-label={panel.title} data-testid={`chart-${panel.id}`}>
      {inView ? <PanelBody panel={panel} /> : <div style={{ height: PANEL_HEIGHT }} />}
    </section>
  );
}

function PanelBody({ panel }: { panel: Panel }) {
  const { runId, range } = useOverview();
  const query = useQuery(seriesOptions(runId, panelKeys(panel), range));
  const list = query.data?.series;
  const isSingle = panel.curves.length === 1;
  const height = isSingle ? HEIGHT : HEIGHT - LEGEND_HEIGHT;
  return (
    <>
      <header className={classes.header}>
        <Tooltip label={panel.help} multiline maw={300}>
          <h2 className={classes.title}>{panel.title}</h2>
        </Tooltip>
        {panel.unit && <span className={classes.unit}>{panel.unit}</span>}
        {list && isSingle && <Value panel={panel} series={list} />}
      </header>
      {!isSingle && <Legend panel={panel} series={list ?? []} />}
      {list ? (
        <Plot panel={panel} series={list} height={height} />
      ) : query.isError ? (
        <p className={classes.error} style={{ height }}>
          {problemOf(query.error).title}
        </p>
      ) : (
        <Skeleton height={height} />
      )}
    </>
  );
}

function Plot({ panel, series, height }: { panel: Panel; series: Series[]; height: number }) {
  const { axis, extentOf, smoothing, log, crosshair, onZoom, onOpenStep } = useOverview();
  const { palette } = useChartTheme();
  const shown = useMemo(() => seriesByKey(series), [series]);
  const traces = useMemo(
    () => buildTraces(panel, shown, { smoothing, palette, xOf: axis.of }),
    [panel, shown, smoothing, palette, axis],
  );
  const [low, high] = extentOf(series);
  const xRange = useMemo<[number, number]>(() => [low, high], [low, high]);
  const yAxis = useMemo<Axis>(
    () => ({ type: log ? "log" : "linear", rangemode: panel.fromZero && !log ? "tozero" : "normal" }),
    [log, panel.fromZero],
  );
  const main = mainSeries(panel, series);

  const follow = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const part = (event.clientX - box.left - MARGIN.l) / (box.width - MARGIN.l - MARGIN.r);
    crosshair.set(main && part >= 0 && part <= 1 ? stepAt(main, axis, low + part * (high - low)) : null);
  };

  return (
    <div className={classes.plot} onPointerMove={follow} onPointerLeave={() => crosshair.set(null)}>
      <PlotlyChart
        traces={traces}
        xRange={xRange}
        yAxis={yAxis}
        height={height}
        fileName={panel.id.replaceAll("/", "-")}
        onZoom={(zoomed) => {
          if (!main || !zoomed) return onZoom(null);
          const [from, to] = zoomed.map((x) => stepAt(main, axis, x));
          onZoom(from !== undefined && to !== undefined && from < to ? { from, to } : null);
        }}
        onClick={(x) => main && onOpenStep(stepAt(main, axis, x))}
      />
      {main && <Crosshair series={main} range={xRange} />}
      <span className={classes.xUnit}>{axis.unit}</span>
    </div>
  );
}

/** The series that gestures refer to: the densest one. */
function mainSeries(panel: Panel, list: readonly Series[]): Series | null {
  const curves = list.filter(({ key }) => panel.curves.some((curve) => curve.key === key));
  return curves.reduce<Series | null>((a, b) => (a && a.steps.length >= b.steps.length ? a : b), null);
}

function stepAt(series: Series, axis: XAxis, x: number): number {
  return series.steps[pointAt(series, axis, x)] ?? Math.round(x);
}
