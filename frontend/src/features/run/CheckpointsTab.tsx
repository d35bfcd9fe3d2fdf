import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Save } from "lucide-react";
import { checkpointsOptions } from "@/api/runs";
import type { Checkpoint } from "@/api/types";
import { CopyAction } from "@/components/CopyAction";
import { type Column, DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { Ago } from "@/components/Moment";
import { QueryState } from "@/components/QueryState";
import { formatCount, formatMiB } from "@/lib/format";
import classes from "./tables.module.css";

const route = getRouteApi("/runs/$runId/checkpoints");

const COLUMNS: Column<Checkpoint>[] = [
  { title: "Step", numeric: true, cell: ({ step }) => formatCount(step) },
  { title: "Size", numeric: true, cell: ({ size_bytes }) => formatMiB(size_bytes) },
  {
    title: "Path",
    cell: ({ path }) => (
      <span className={classes.path}>
        <code className="mono">{path}</code>
        <CopyAction text={path} what="path" />
      </span>
    ),
  },
  { title: "Worker", cell: ({ worker }) => worker },
  { title: "Attempt", numeric: true, cell: ({ attempt }) => attempt },
  { title: "Saved", cell: ({ saved_at }) => <Ago time={saved_at} /> },
];

export function CheckpointsTab() {
  const { runId } = route.useParams();
  const checkpoints = useQuery(checkpointsOptions(runId));
  return (
    <QueryState query={checkpoints}>
      {({ items }) =>
        items.length > 0 ? (
          <DataTable label="Checkpoints" columns={COLUMNS} rows={items} rowKey={({ step }) => step} />
        ) : (
          <EmptyState icon={<Save size={22} />} title="No checkpoints">
            One is saved every few steps (checkpointing.every_steps), and when the run is stopped or paused.
            Only the newest are kept.
          </EmptyState>
        )
      }
    </QueryState>
  );
}
