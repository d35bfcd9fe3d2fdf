export type Maybe = number | null;

/** Exponential moving average with bias correction; a gap stays a gap and does not reset the average. */
export function smooth(values: readonly Maybe[], weight: number): Maybe[] {
  if (weight <= 0) return [...values];
  let sum = 0;
  let mass = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum = weight * sum + (1 - weight) * value;
    mass = weight * mass + (1 - weight);
    return sum / mass;
  });
}

/** Index of the entry of an ascending list that lies closest to `x`, -1 when the list is empty. */
export function nearestIndex(ascending: readonly number[], x: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < x) low = middle + 1;
    else high = middle;
  }
  const after = ascending[low];
  const before = ascending[low - 1];
  if (before === undefined) return after === undefined ? -1 : low;
  if (after === undefined) return low - 1;
  return x - before <= after - x ? low - 1 : low;
}

export function lastNumber(values: readonly Maybe[]): number | null {
  return values.findLast((value) => value !== null) ?? null;
}

export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
