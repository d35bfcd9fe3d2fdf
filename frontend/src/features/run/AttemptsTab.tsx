import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { RotateCcw } from "lucide-react";
import { attemptsOptions } from "@/api/runs";
import type { Attempt, Outcome } from "@/api/types";
import { type Column, DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { Ago, Elapsed } from "@/components/Moment";
import { QueryState } from "@/components/QueryState";
import { Traceback } from "@/components/Traceback";
import { formatCount, MISSING } from "@/lib/format";
import classes from "./tables.module.css";

const route = getRouteApi("/runs/$runId/attempts");

const TONE: Record<Outcome, string> = {
  completed: "good",
  stopped: "good",
  paused: "warn",
  failed: "bad",
  cancelled: "idle",
  crashed: "bad",
};

const COLUMNS: Column<Attempt>[] = [
  { title: "#", numeric: true, cell: ({ number }) => number },
  {
    title: "Outcome",
    cell: ({ outcome, reason, traceback }) => (
      <div className={classes.outcome}>
        <span data-tone={outcome ? TONE[outcome] : "info"}>{outcome ?? "running"}</span>
        {reason && <p>{reason}</p>}
        {traceback && <Traceback text={traceback} />}
      </div>
    ),
  },
  { title: "From step", numeric: true, cell: ({ resume_step }) => formatCount(resume_step) },
  { title: "Worker", cell: ({ worker }) => worker },
  { title: "Device", cell: ({ device }) => device ?? MISSING },
  {
    title: "Versions",
    cell: ({ versions }) => (
      <ul className={classes.versions}>
        {Object.entries(versions).map(([name, version]) => (
          <li key={name}>
            {name} <span className="num">{version}</span>
          </li>
        ))}
      </ul>
    ),
  },
  { title: "Claimed", cell: ({ claimed_at }) => <Ago time={claimed_at} /> },
  {
    title: "Took",
    numeric: true,
    cell: ({ started_at, claimed_at, ended_at }) => <Elapsed from={started_at ?? claimed_at} to={ended_at} />,
  },
];

export function AttemptsTab() {
  const { runId } = route.useParams();
  const attempts = useQuery(attemptsOptions(runId));
  return (
    <QueryState query={attempts}>
      {({ items }) =>
        items.length > 0 ? (
          <DataTable label="Attempts" columns={COLUMNS} rows={items} rowKey={({ number }) => number} />
        ) : (
          <EmptyState icon={<RotateCcw size={22} />} title="No attempts yet">
            An attempt begins when a worker takes the run from its queue.
          </EmptyState>
        )
      }
    </QueryState>
  );
}
