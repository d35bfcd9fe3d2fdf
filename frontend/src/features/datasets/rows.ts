import type { DatasetRow } from "@/api/types";

/** First row of the page that holds a place. */
export function pageOf(place: number, size: number): number {
  return Math.max(0, Math.floor(place / size) * size);
}

/** The prompt on one line, without the marks of images. */
export function promptOf({ messages }: Pick<DatasetRow, "messages">): string {
  const last = messages.findLast(({ role }) => role === "user") ?? messages.at(-1);
  return (last?.content ?? "")
    .replaceAll(/<(image|video|audio)>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
}
