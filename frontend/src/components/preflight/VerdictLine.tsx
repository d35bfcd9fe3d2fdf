import { CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";
import type { PreflightResult } from "@/api/types";
import classes from "./VerdictLine.module.css";
import { type Tone, verdictOf } from "./verdict";

const ICONS: Record<Tone, typeof CircleCheck> = { good: CircleCheck, warn: TriangleAlert, bad: CircleAlert };

/** Whether it can teach, in one sentence. */
export function VerdictLine({ result }: { result: PreflightResult }) {
  const { tone, title, text } = verdictOf(result);
  const Icon = ICONS[tone];
  return (
    <p className={classes.verdict} data-tone={tone} data-testid="preflight-verdict">
      <Icon size={15} aria-hidden />
      <span>
        <b>{title}:</b> {text}
      </span>
    </p>
  );
}
