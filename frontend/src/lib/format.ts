/** How numbers, times and sizes read everywhere in the dashboard. */

export const MISSING = "–";

/** Significant digits, four unless told; small and large values in scientific notation: 0.8123, 12.5, 5e-5. */
export function formatNumber(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e7) {
    return value
      .toExponential(2)
      .replace(/\.?0+e/, "e")
      .replace("e+", "e")
      .replace("-", "−");
  }
  if (Number.isInteger(value)) return formatCount(value);
  const text = size >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(digits)));
  return text.replace("-", "−");
}

export function formatFixed(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  return value
    .toFixed(digits)
    .replace(/^-(?=0(\.0+)?$)/, "")
    .replace("-", "−");
}

export function formatSigned(value: number | null | undefined, digits = 2): string {
  const text = formatFixed(value, digits);
  return value !== null && value !== undefined && value > 0 ? `+${text}` : text;
}

export function formatCount(value: number): string {
  return value.toLocaleString("en-US").replace("-", "−");
}

/** 12,345,678 → 12.3 M */
export function formatCompact(value: number): string {
  for (const [size, unit] of [
    [1e9, "B"],
    [1e6, "M"],
    [1e4, "k"],
  ] as const) {
    if (Math.abs(value) >= size) {
      const shown = value / (unit === "k" ? 1e3 : size);
      return `${Number(shown.toPrecision(3))} ${unit}`;
    }
  }
  return formatCount(value);
}

export function formatPercent(fraction: number | null | undefined, digits = 1): string {
  if (fraction === null || fraction === undefined || !Number.isFinite(fraction)) return MISSING;
  return `${formatFixed(fraction * 100, digits)} %`;
}

/** Two units at most: 850 ms, 42 s, 3 min 05 s, 2 h 14 min, 3 d 4 h. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return MISSING;
  if (seconds < 0) return "0 s";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function formatAgo(seconds: number): string {
  if (seconds < 10) return "just now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

const dateTime = new Intl.DateTimeFormat("en-GB", {
  year: "numeric",
  month: "short",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export function formatDateTime(iso: string | null | undefined): string {
  return iso ? dateTime.format(new Date(iso)) : MISSING;
}

export function formatClock(iso: string): string {
  return clock.format(new Date(iso));
}

export function formatMiB(bytes: number): string {
  const mib = bytes / 2 ** 20;
  if (mib >= 10_240) return `${(mib / 1024).toFixed(1)} GiB`;
  return `${mib >= 100 ? mib.toFixed(0) : mib.toFixed(mib >= 1 ? 1 : 2)} MiB`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Unix seconds of an ISO time. */
export function unixSeconds(iso: string): number {
  return Date.parse(iso) / 1000;
}
