import { formatPercent } from "@/lib/format";
import { clamp } from "@/lib/numbers";
import classes from "./MemoryBar.module.css";

interface Props {
  used: number;
  limit: number | null;
  device: string;
}

/** Longer runs meet longer completions: above this share the next one may not fit. */
const TIGHT = 0.85;

export function MemoryBar({ used, limit, device }: Props) {
  if (limit === null) return <p className={classes.text}>Measured on {device}.</p>;
  const share = used / limit;
  return (
    <div>
      <div className={classes.track} data-tight={share > TIGHT || undefined} aria-hidden>
        <div style={{ width: `${clamp(share, 0, 1) * 100}%` }} />
      </div>
      <p className={classes.text}>
        {formatPercent(share, 0)} of the memory of {device}
        {share > TIGHT && ": tight, longer completions may not fit"}
      </p>
    </div>
  );
}
