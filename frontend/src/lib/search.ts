/** Search params as plain `?state=running&state=queued&step=12`, so that a link can be read and typed. */

type RawSearch = Record<string, unknown>;

export function parseSearch(text: string): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = {};
  for (const [key, value] of new URLSearchParams(text)) {
    const before = found[key];
    if (before === undefined) found[key] = value;
    else if (Array.isArray(before)) before.push(value);
    else found[key] = [before, value];
  }
  return found;
}

export function stringifySearch(search: RawSearch): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null && item !== "") params.append(key, String(item));
    }
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}

export function textParam(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function intParam(value: unknown, { min = 0 } = {}): number | undefined {
  const number = numberParam(value, { min });
  return number !== undefined && Number.isSafeInteger(number) ? number : undefined;
}

export function numberParam(
  value: unknown,
  { min = -Infinity, max = Infinity }: { min?: number; max?: number } = {},
): number | undefined {
  if (typeof value !== "number" && (typeof value !== "string" || value.trim() === "")) return undefined;
  const number = Number(value);
  return Number.isFinite(number) && number >= min && number <= max ? number : undefined;
}

export function flagParam(value: unknown): true | undefined {
  return value === true || value === "true" || value === "1" ? true : undefined;
}

export function choiceParam<const T extends string>(value: unknown, choices: readonly T[]): T | undefined {
  return choices.find((choice) => choice === value);
}

export function choicesParam<const T extends string>(value: unknown, choices: readonly T[]): T[] | undefined {
  const asked = Array.isArray(value) ? value : [value];
  const found = choices.filter((choice) => asked.includes(choice));
  return found.length > 0 ? found : undefined;
}
