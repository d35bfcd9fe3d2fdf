import { clamp, type Maybe } from "@/lib/numbers";

interface Props {
  values: readonly Maybe[];
  label: string;
  width?: number;
  height?: number;
}

/** A small curve without axes; gaps are bridged. */
export function Sparkline({ values, label, width = 88, height = 22 }: Props) {
  const points = values.flatMap((value, i) => (value === null ? [] : [{ i, value }]));
  const last = points.at(-1);
  if (points.length < 2 || !last) return null;

  const low = Math.min(...points.map(({ value }) => value));
  const high = Math.max(...points.map(({ value }) => value));
  const inset = 2.5;
  const x = (i: number) => inset + (i / Math.max(1, values.length - 1)) * (width - 2 * inset);
  const y = (value: number) => {
    const part = high === low ? 0.5 : (value - low) / (high - low);
    return clamp(height - inset - part * (height - 2 * inset), inset, height - inset);
  };
  const line = points.map(({ i, value }) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <polyline
        points={line}
        fill="none"
        stroke="var(--rd-accent)"
        strokeWidth="1.4"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
      <circle cx={x(last.i)} cy={y(last.value)} r="2" fill="var(--rd-accent)" />
    </svg>
  );
}
