import { TextInput } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Database, Plus } from "lucide-react";
import { useState } from "react";
import { datasetsOptions } from "@/api/datasets";
import type { Dataset } from "@/api/types";
import { type Column, DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ButtonLink } from "@/components/links";
import { Ago } from "@/components/Moment";
import { QueryState } from "@/components/QueryState";
import { formatCount, formatMiB, MISSING, plural } from "@/lib/format";
import classes from "./DatasetsPage.module.css";
import { VersionState } from "./VersionState";

const COLUMNS: Column<Dataset>[] = [
  {
    title: "Data set",
    cell: ({ id, name, description }) => (
      <span className={classes.name}>
        <Link to="/datasets/$datasetId" params={{ datasetId: id }} data-testid="dataset-link">
          {name}
        </Link>
        {description && <span className="muted">{description}</span>}
      </span>
    ),
  },
  {
    title: "Newest version",
    cell: ({ newest, n_versions }) => (
      <span>
        v{newest.number} {n_versions > 1 && <span className="muted">of {n_versions}</span>}
      </span>
    ),
  },
  { title: "State", cell: ({ newest }) => <VersionState version={newest} /> },
  {
    title: "Rows",
    cell: ({ newest }) =>
      newest.splits.map(({ split, rows }) => `${split} ${formatCount(rows)}`).join(" · ") || MISSING,
  },
  {
    title: "Images",
    numeric: true,
    cell: ({ newest }) => formatCount(newest.splits.reduce((sum, { images }) => sum + images, 0)),
  },
  { title: "Size", numeric: true, cell: ({ newest }) => formatMiB(newest.size_bytes) },
  {
    title: "Findings",
    cell: ({ newest }) => {
      const told = newest.findings.filter(({ level }) => level !== "info").length;
      return told > 0 ? <span className={classes.warn}>{plural(told, "finding")}</span> : "none";
    },
  },
  { title: "Created", cell: ({ newest }) => <Ago time={newest.created_at} /> },
];

export function DatasetsPage() {
  useDocumentTitle("Data sets · rftdeck");
  const datasets = useQuery(datasetsOptions);
  const [text, setText] = useState("");
  return (
    <>
      <div className={classes.head}>
        <h1 className={classes.title}>Data sets</h1>
        {(datasets.data?.items.length ?? 0) > 0 && (
          <TextInput
            aria-label="Filter by name"
            placeholder="Filter by name"
            size="xs"
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
        )}
        <ButtonLink
          to="/datasets/new"
          variant="default"
          leftSection={<Plus size={14} />}
          data-testid="new-dataset"
        >
          New data set
        </ButtonLink>
      </div>
      <QueryState query={datasets}>
        {({ items }) =>
          items.length > 0 ? (
            <DataTable
              label="Data sets"
              columns={COLUMNS}
              rows={items.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()))}
              rowKey={({ id }) => id}
            />
          ) : (
            <EmptyState
              icon={<Database size={22} />}
              title="No data set yet"
              action={
                <div className={classes.ways}>
                  <ButtonLink to="/datasets/new" search={{ source: "upload" }}>
                    Upload a file
                  </ButtonLink>
                  <ButtonLink to="/datasets/new" search={{ source: "synthetic" }} variant="default">
                    Render scenes
                  </ButtonLink>
                  <ButtonLink to="/datasets/new" search={{ source: "hub" }} variant="default">
                    From the Hub
                  </ButtonLink>
                </div>
              }
            >
              Import the problems that a model is to learn, look at them, and try rewards on them before a GPU
              is spent.
            </EmptyState>
          )
        }
      </QueryState>
    </>
  );
}
