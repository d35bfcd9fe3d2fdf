import type { Request, Run, RunState } from "@/api/types";
import classes from "./StateBadge.module.css";

type Tone = "idle" | "info" | "good" | "warn" | "bad";

const LOOK: Record<RunState, { tone: Tone; text: string; pulses?: true }> = {
  queued: { tone: "idle", text: "queued" },
  claimed: { tone: "info", text: "starting", pulses: true },
  running: { tone: "info", text: "running", pulses: true },
  pausing: { tone: "warn", text: "pausing…", pulses: true },
  paused: { tone: "warn", text: "paused" },
  completed: { tone: "good", text: "completed" },
  failed: { tone: "bad", text: "failed" },
  cancelled: { tone: "idle", text: "cancelled" },
  crashed: { tone: "bad", text: "crashed" },
};
const REQUESTED: Record<Request, string> = {
  stop: "stopping…",
  cancel: "cancelling…",
  pause: "pausing…",
};

export function StateBadge({ run }: { run: Pick<Run, "state" | "requested"> }) {
  const look = LOOK[run.state];
  const text = run.requested ? REQUESTED[run.requested] : look.text;
  return (
    <span
      className={classes.badge}
      data-testid="state-badge"
      data-state={run.state}
      data-tone={run.requested ? "warn" : look.tone}
      data-pulses={look.pulses}
    >
      <span className={classes.dot} aria-hidden />
      {text}
    </span>
  );
}
