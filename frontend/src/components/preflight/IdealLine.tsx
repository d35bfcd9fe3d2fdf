import { CircleCheck, CircleX } from "lucide-react";
import type { IdealRead } from "@/api/types";
import { formatNumber, plural } from "@/lib/format";
import classes from "./IdealLine.module.css";

const SHOWN = 3;

/** Whether perfect answers reach the maximum, and where not. */
export function IdealLine({ ideal }: { ideal: IdealRead | null }) {
  if (ideal === null) {
    return <p className={classes.line}>Perfect answers were not tried: no row has a gold.</p>;
  }
  if (ideal.passed) {
    return (
      <p className={classes.line} data-passed="true">
        <CircleCheck size={14} aria-hidden />
        Perfect answers reach the maximum on {plural(ideal.checked, "row")}.
      </p>
    );
  }
  return (
    <div className={classes.line} data-passed="false">
      <CircleX size={14} aria-hidden />
      <div>
        A perfect answer does not reach the maximum:
        <ul>
          {ideal.failures.slice(0, SHOWN).map(({ row, reward, score, maximum, reason }) => (
            <li key={`${row} ${reward}`}>
              <code className="mono">{reward}</code> gives {score === null ? "no score" : formatNumber(score)}{" "}
              of {formatNumber(maximum)}
              {row !== null && <> on row {row}</>}: {reason}
            </li>
          ))}
        </ul>
        {ideal.failures.length > SHOWN && <>and {ideal.failures.length - SHOWN} more</>}
      </div>
    </div>
  );
}
