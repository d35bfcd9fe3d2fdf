import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleAlert } from "lucide-react";
import { workersOptions } from "@/api/catalog";
import { runOptions } from "@/api/runs";
import type { Preflight } from "@/api/types";
import { ProgressBar } from "@/components/ProgressBar";
import { useRunAction } from "@/components/runActions/useRunAction";
import { formatPercent } from "@/lib/format";
import classes from "./Underway.module.css";

/** How far a pre-flight is, and the way to end it. */
export function Underway({ preflight }: { preflight: Preflight }) {
  const { run_id, state, phase, phase_fraction } = preflight;
  const cancel = useRunAction(run_id);
  const isQueued = state === "queued";
  const workers = useQuery({ ...workersOptions, enabled: isQueued }).data;
  const queue = useQuery({ ...runOptions(run_id), enabled: isQueued }).data?.queue;
  const nobody =
    isQueued &&
    queue !== undefined &&
    workers?.items.every(({ alive, queues }) => !alive || !queues.includes(queue));
  return (
    <div className={classes.underway} role="status" data-testid="preflight-progress" data-state={state}>
      <p className={classes.line}>
        <span data-level={nobody ? "warning" : undefined}>
          {nobody
            ? `No live worker serves the queue “${queue}”`
            : isQueued
              ? "Waiting for a worker…"
              : (phase ?? "Starting…")}
        </span>
        {phase_fraction !== null && <span className="muted num">{formatPercent(phase_fraction, 0)}</span>}
      </p>
      <ProgressBar fraction={isQueued ? 0 : phase_fraction} label="Progress of the pre-flight" />
      <div className={classes.actions}>
        <Link to="/runs/$runId/logs" params={{ runId: run_id }}>
          Logs
        </Link>
        <Button
          variant="default"
          size="compact-xs"
          loading={cancel.isPending || cancel.isSuccess}
          onClick={() => cancel.mutate("cancel")}
          data-testid="cancel-preflight"
        >
          Cancel
        </Button>
      </div>
    </div>
  );
}

/** Why a pre-flight ended without a result. */
export function Failure({ preflight }: { preflight: Preflight }) {
  const { run_id, state, state_reason } = preflight;
  return (
    <p className={classes.failure} role="alert" data-state={state} data-testid="preflight-failure">
      <CircleAlert size={15} aria-hidden />
      <span>
        The pre-flight {state === "cancelled" ? "was cancelled" : state}
        {state_reason && state !== "cancelled" && <>: {state_reason}</>}.{" "}
        <Link to="/runs/$runId" params={{ runId: run_id }}>
          Run {run_id}
        </Link>
      </span>
    </p>
  );
}
