import { clamp } from "@/lib/numbers";
import classes from "./ProgressBar.module.css";

interface Props {
  /** 0 to 1; null when nobody can say, which shows a moving bar. */
  fraction: number | null;
  label: string;
  tone?: "accent" | "muted";
}

export function ProgressBar({ fraction, label, tone = "accent" }: Props) {
  const percent = fraction === null ? undefined : Math.round(clamp(fraction, 0, 1) * 100);
  return (
    <div
      className={classes.track}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      data-tone={tone}
      data-unknown={percent === undefined || undefined}
    >
      <div className={classes.fill} style={percent === undefined ? undefined : { width: `${percent}%` }} />
    </div>
  );
}
