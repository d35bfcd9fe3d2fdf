import { useComputedColorScheme } from "@mantine/core";

export interface ChartTheme {
  grid: string;
  axis: string;
  text: string;
  faint: string;
  fontFamily: string;
  /** Distinct on the background of the theme, and for the common kinds of colour blindness next to each other. */
  palette: readonly string[];
}

const fontFamily = '"Inter Variable", ui-sans-serif, system-ui, sans-serif';

const LIGHT: ChartTheme = {
  grid: "#eceff4",
  axis: "#d3d8e1",
  text: "#626b7d",
  faint: "#97a0b0",
  fontFamily,
  palette: ["#4457c7", "#0f8a5f", "#c2571a", "#a23e8c", "#0e86a8", "#8a6d00", "#c0362c", "#6b7280"],
};

const DARK: ChartTheme = {
  grid: "#20252f",
  axis: "#323947",
  text: "#8f98aa",
  faint: "#667082",
  fontFamily,
  palette: ["#8c9dee", "#4fc08d", "#ef9a5b", "#db86c8", "#55bfdc", "#d9bd4a", "#f08a80", "#9aa3b2"],
};

export function useChartTheme(): ChartTheme {
  return useComputedColorScheme("light") === "dark" ? DARK : LIGHT;
}

/** A palette colour as a translucent fill. */
export function translucent(hex: string, alpha: number): string {
  const channel = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16);
  return `rgba(${channel(1)}, ${channel(3)}, ${channel(5)}, ${alpha})`;
}
