/** The part of Plotly that the dashboard uses. */
declare module "plotly.js-basic-dist-min" {
  export interface Trace {
    type: "scatter";
    mode: "lines" | "markers" | "lines+markers" | "none";
    x: readonly number[];
    y: readonly (number | null)[];
    name?: string;
    line?: { color?: string; width?: number; dash?: "solid" | "dot" | "dash"; shape?: "linear" | "hv" };
    marker?: { color?: string; size?: number };
    opacity?: number;
    fill?: "none" | "tonexty" | "tozeroy";
    fillcolor?: string;
    stackgroup?: string;
    connectgaps?: boolean;
    hoverinfo: "none" | "skip";
    showlegend: false;
  }

  export interface Axis {
    type?: "linear" | "log";
    range?: [number, number];
    autorange?: boolean;
    rangemode?: "normal" | "tozero";
    fixedrange?: boolean;
    gridcolor?: string;
    linecolor?: string;
    zeroline?: boolean;
    zerolinecolor?: string;
    showgrid?: boolean;
    showline?: boolean;
    ticks?: "" | "outside";
    tickcolor?: string;
    nticks?: number;
    tickformat?: string;
    exponentformat?: "e" | "SI" | "power";
    hoverformat?: string;
  }

  export interface Layout {
    width: number;
    height: number;
    margin: { l: number; r: number; t: number; b: number };
    font: { family: string; size: number; color: string };
    paper_bgcolor: string;
    plot_bgcolor: string;
    xaxis: Axis;
    yaxis: Axis;
    dragmode: "zoom" | false;
    hovermode: "x";
    hoverdistance: number;
    modebar: { bgcolor: string; color: string; activecolor: string };
  }

  export interface Config {
    displaylogo: boolean;
    displayModeBar: "hover" | boolean;
    doubleClick: false;
    modeBarButtons: string[][];
    toImageButtonOptions: { format: "png"; filename: string; scale: number };
    responsive: false;
    showTips: false;
  }

  export interface PlotlyElement extends HTMLElement {
    on(event: "plotly_relayout", listener: (change: Record<string, unknown>) => void): void;
    on(event: "plotly_doubleclick", listener: () => void): void;
    on(event: "plotly_click", listener: (event: { points: { x?: unknown }[] }) => void): void;
  }

  interface Plotly {
    react(root: HTMLElement, data: Trace[], layout: Layout, config: Config): Promise<PlotlyElement>;
    purge(root: HTMLElement): void;
  }

  const plotly: Plotly;
  export default plotly;
}
