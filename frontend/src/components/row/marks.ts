/** What of a row can be drawn on its first image. */
import type { DatasetRow } from "@/api/types";
import { isRecord } from "@/lib/json";

export interface Mark {
  /** [x1, y1, x2, y2] or [x, y], in pixels of the image. */
  at: readonly number[];
  label: string;
  gold: boolean;
}

export function marksOf({
  objects,
  answer,
  answer_type,
}: Pick<DatasetRow, "objects" | "answer" | "answer_type">): Mark[] {
  const gold = answer ? goldMarks(answer, answer_type) : [];
  const known = new Set(gold.map(({ at }) => at.join()));
  const named = [...(objects?.bbox ?? []), ...(objects?.point ?? [])].map((at, i) => ({
    at,
    label: objects?.ref[i] ?? "",
    gold: false,
  }));
  return [...named.filter(({ at }) => !known.has(at.join())), ...gold];
}

function goldMarks(answer: string, type: DatasetRow["answer_type"]): Mark[] {
  if (type !== "box" && type !== "boxes" && type !== "point" && type !== "action") return [];
  let read: unknown;
  try {
    read = JSON.parse(answer);
  } catch {
    return [];
  }
  const items: unknown[] = Array.isArray(read) && !numbers(read) ? read : [read];
  return items.flatMap((item) => {
    const place = isRecord(item) ? (item.bbox_2d ?? item.bbox ?? item.gt_bbox ?? item.point) : item;
    const at = numbers(place);
    const label = isRecord(item) && typeof item.label === "string" ? item.label : "gold";
    return at ? [{ at, label, gold: true }] : [];
  });
}

/** Two or four numbers. */
function numbers(value: unknown): number[] | null {
  if (!Array.isArray(value) || (value.length !== 2 && value.length !== 4)) return null;
  const found = value.filter((item): item is number => typeof item === "number" && Number.isFinite(item));
  return found.length === value.length ? found : null;
}
