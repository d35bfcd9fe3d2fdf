import { useQuery } from "@tanstack/react-query";
import { Hourglass } from "lucide-react";
import { workersOptions } from "@/api/catalog";
import type { Run } from "@/api/types";
import { AnchorLink } from "@/components/links";
import classes from "./WaitingHint.module.css";

/** Why a queued run does not start: who serves its queue, and whether they are busy. */
export function WaitingHint({ run }: { run: Run }) {
  const workers = useQuery(workersOptions);
  if (!workers.data) return null;
  const serving = workers.data.items.filter(({ alive, queues }) => alive && queues.includes(run.queue));
  const free = serving.filter(({ slots, run_ids }) => run_ids.length < slots);
  const text =
    serving.length === 0
      ? `No live worker serves the queue “${run.queue}”. Start one, or launch a copy into another queue.`
      : free.length === 0
        ? serving.length === 1
          ? `The one worker of the queue “${run.queue}” is busy.`
          : `All ${serving.length} workers of the queue “${run.queue}” are busy.`
        : `Waiting for a worker of the queue “${run.queue}” to take it.`;
  return (
    <p className={classes.hint} data-blocked={serving.length === 0 || undefined}>
      <Hourglass size={14} aria-hidden />
      {text}
      <AnchorLink to="/workers" size="sm">
        Workers
      </AnchorLink>
    </p>
  );
}
