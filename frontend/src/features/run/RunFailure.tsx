import { useQuery } from "@tanstack/react-query";
import { CircleAlert } from "lucide-react";
import { attemptsOptions } from "@/api/runs";
import type { Run } from "@/api/types";
import { Traceback } from "@/components/Traceback";
import classes from "./RunFailure.module.css";

/** Why the run failed or crashed, with the traceback of its newest attempt. */
export function RunFailure({ run }: { run: Run }) {
  const bad = run.state === "failed" || run.state === "crashed";
  const attempts = useQuery({ ...attemptsOptions(run.id), enabled: bad });
  if (!bad) return null;
  const last = attempts.data?.items.reduce((a, b) => (b.number > a.number ? b : a));
  return (
    <div className={classes.failure} role="alert">
      <CircleAlert size={15} aria-hidden className={classes.icon} />
      <div className={classes.body}>
        <strong>{run.state === "failed" ? "Failed" : "Crashed"}</strong>{" "}
        {run.state_reason ?? last?.reason ?? "without a reason"}
        {last?.traceback && <Traceback text={last.traceback} />}
      </div>
    </div>
  );
}
