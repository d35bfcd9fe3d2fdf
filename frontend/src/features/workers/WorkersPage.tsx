import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Server } from "lucide-react";
import { workersOptions } from "@/api/catalog";
import type { Worker } from "@/api/types";
import { type Column, DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { Ago } from "@/components/Moment";
import { QueryState } from "@/components/QueryState";
import { MISSING } from "@/lib/format";
import classes from "./WorkersPage.module.css";

const COLUMNS: Column<Worker>[] = [
  {
    title: "Worker",
    cell: ({ name, hostname, alive }) => (
      <span className={classes.name}>
        <span className={classes.dot} data-alive={alive || undefined} aria-hidden />
        <span>
          <strong>{name}</strong>
          {hostname !== name && <span className="muted"> on {hostname}</span>}
        </span>
      </span>
    ),
  },
  { title: "Status", cell: ({ alive }) => (alive ? "alive" : "silent") },
  { title: "Queues", cell: ({ queues }) => queues.join(", ") },
  {
    title: "Runs",
    cell: ({ run_ids, slots }) => (
      <span>
        {run_ids.map((runId) => (
          <Link key={runId} to="/runs/$runId" params={{ runId }} className={classes.run}>
            #{runId}
          </Link>
        ))}
        <span className="muted">
          {run_ids.length} of {slots}
        </span>
      </span>
    ),
  },
  { title: "Device", cell: ({ device }) => device },
  {
    title: "Versions",
    cell: ({ versions }) => (
      <span className="muted">
        {Object.entries(versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(" · ") || MISSING}
      </span>
    ),
  },
  { title: "Last seen", cell: ({ last_seen_at }) => <Ago time={last_seen_at} /> },
];

export function WorkersPage() {
  useDocumentTitle("Workers · rftdeck");
  const workers = useQuery(workersOptions);
  return (
    <>
      <h1 className={classes.title}>Workers</h1>
      <QueryState query={workers}>
        {({ items }) =>
          items.length > 0 ? (
            <DataTable label="Workers" columns={COLUMNS} rows={items} rowKey={({ name }) => name} />
          ) : (
            <EmptyState icon={<Server size={22} />} title="No worker has been seen">
              Runs wait in their queue until one comes. Start one on any machine that reaches this server and
              its Redis:
              <pre className={classes.command}>rftdeck worker --queue default</pre>
            </EmptyState>
          )
        }
      </QueryState>
    </>
  );
}
