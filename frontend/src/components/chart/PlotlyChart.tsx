/** The one module that loads Plotly. It knows nothing of metrics: traces and axes in, gestures out. */

import type { Axis, Config, Layout, PlotlyElement, Trace } from "plotly.js-basic-dist-min";
import { useEffect, useRef } from "react";
import { useWidth } from "@/lib/useWidth";
import { cancelDraw, requestDraw } from "./drawQueue";
import { useChartTheme } from "./theme";

export const MARGIN = { l: 46, r: 12, t: 10, b: 26 };

/** A click waits so long for the second half of a double click. */
const DOUBLE_CLICK_MS = 280;

interface Props {
  traces: Trace[];
  /** What the drag of a range and a double click do. */
  onZoom: (range: [number, number] | null) => void;
  onClick: (x: number) => void;
  xRange: [number, number];
  yAxis: Axis;
  height: number;
  fileName: string;
}

let loading: Promise<typeof import("plotly.js-basic-dist-min")> | null = null;

function loadPlotly() {
  loading ??= import("plotly.js-basic-dist-min");
  return loading;
}

export function PlotlyChart({ traces, onZoom, onClick, xRange, yAxis, height, fileName }: Props) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const theme = useChartTheme();
  // The listeners are put on once; they call what the newest render was given.
  const gestures = useRef({ onZoom, onClick });
  useEffect(() => {
    gestures.current = { onZoom, onClick };
  });

  useEffect(() => {
    const root = ref.current;
    if (!root || width === 0) return;
    const owner = root;
    let gone = false;
    const axis: Axis = {
      gridcolor: theme.grid,
      linecolor: theme.axis,
      tickcolor: theme.axis,
      zerolinecolor: theme.grid,
      zeroline: false,
    };
    const layout: Layout = {
      width,
      height,
      margin: MARGIN,
      font: { family: theme.fontFamily, size: 10.5, color: theme.text },
      paper_bgcolor: "transparent",
      plot_bgcolor: "transparent",
      xaxis: { ...axis, showgrid: false, showline: true, range: [...xRange], nticks: 6 },
      yaxis: { ...axis, fixedrange: true, nticks: 6, exponentformat: "e", ...yAxis },
      dragmode: "zoom",
      hovermode: "x",
      hoverdistance: -1,
      modebar: { bgcolor: "transparent", color: theme.faint, activecolor: theme.text },
    };
    void loadPlotly().then(({ default: plotly }) => {
      if (gone) return;
      requestDraw(owner, () => {
        const isFirst = !root.hasAttribute("data-drawn");
        root.setAttribute("data-drawn", "");
        const drawn = plotly.react(root, traces, layout, config(fileName));
        if (isFirst) void drawn.then((element) => listen(element, gestures));
      });
    });
    return () => {
      gone = true;
      cancelDraw(owner);
    };
  }, [ref, width, height, traces, xRange, yAxis, theme, fileName]);

  useEffect(() => {
    const root = ref.current;
    return () => {
      if (root?.hasAttribute("data-drawn"))
        void loadPlotly().then(({ default: plotly }) => plotly.purge(root));
    };
  }, [ref]);

  return <div ref={ref} style={{ height }} />;
}

function config(filename: string): Config {
  return {
    displaylogo: false,
    displayModeBar: "hover",
    doubleClick: false,
    modeBarButtons: [["toImage"]],
    toImageButtonOptions: { format: "png", filename, scale: 2 },
    responsive: false,
    showTips: false,
  };
}

function listen(element: PlotlyElement, gestures: { current: Pick<Props, "onZoom" | "onClick"> }): void {
  element.on("plotly_relayout", (change) => {
    const [from, to] = [change["xaxis.range[0]"], change["xaxis.range[1]"]];
    if (typeof from === "number" && typeof to === "number") gestures.current.onZoom([from, to]);
  });
  let click: ReturnType<typeof setTimeout> | undefined;
  element.on("plotly_doubleclick", () => {
    clearTimeout(click);
    gestures.current.onZoom(null);
  });
  element.on("plotly_click", ({ points }) => {
    const x = points[0]?.x;
    clearTimeout(click);
    if (typeof x === "number") click = setTimeout(() => gestures.current.onClick(x), DOUBLE_CLICK_MS);
  });
}
