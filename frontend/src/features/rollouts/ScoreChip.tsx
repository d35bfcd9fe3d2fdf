import { Tooltip } from "@mantine/core";
import type { CSSProperties } from "react";
import { formatNumber } from "@/lib/format";
import { clamp } from "@/lib/numbers";
import classes from "./ScoreChip.module.css";

interface Props {
  name: string;
  score: number | null;
  note: string | undefined;
}

/** A raw score between 0 (bad) and 1 (good); what lies outside has the colour of its end. */
export function ScoreChip({ name, score, note }: Props) {
  const style: CSSProperties =
    score === null
      ? {}
      : { "--score": `color-mix(in srgb, var(--rd-good) ${clamp(score, 0, 1) * 100}%, var(--rd-bad))` };
  const chip = (
    <span className={classes.chip} style={style} data-undecided={score === null || undefined}>
      <span className={classes.name}>{name}</span>
      <b>{score === null ? "none" : formatNumber(score)}</b>
      {note && <span className="visually-hidden">: {note}</span>}
    </span>
  );
  return note ? (
    <Tooltip label={note} multiline maw={320}>
      {chip}
    </Tooltip>
  ) : (
    chip
  );
}
