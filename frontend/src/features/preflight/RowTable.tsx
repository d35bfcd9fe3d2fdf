import { Button, Select } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { PreflightResult } from "@/api/types";
import { type Column, DataTable } from "@/components/DataTable";
import { type Band, rowsWithin } from "@/components/preflight/passRates";
import { formatFixed, formatPercent, plural } from "@/lib/format";
import classes from "./RowTable.module.css";
import { type NumberedRow, ORDERS, type RowOrder, sorted } from "./rows";

const FIRST = 100;

interface Props {
  runId: number;
  result: PreflightResult;
  /** Only rows within it; null shows all. */
  band: Band | null;
}

/** Every row that was sampled, with the way to its completions. */
export function RowTable({ runId, result, band }: Props) {
  const [order, setOrder] = useState<RowOrder>("sampled");
  const [shown, setShown] = useState(FIRST);
  const numbered = result.rows.map((row, group) => ({ ...row, group }));
  const rows = sorted(band ? rowsWithin(numbered, band) : numbered, order);
  const columns: Column<NumberedRow>[] = [
    {
      title: "Row",
      cell: ({ row, group }) => (
        <Link
          to="/runs/$runId/rollouts"
          params={{ runId }}
          search={{ mode: "eval", step: 0, group }}
          className={`mono ${classes.link}`}
          title="Completions of this row"
        >
          {row}
        </Link>
      ),
    },
    // Without an outcome reward nothing passes or fails.
    ...(result.pass_rate === null
      ? []
      : [{ title: "Pass rate", cell: ({ pass_rate }: NumberedRow) => <Rate value={pass_rate} /> }]),
    { title: "Mean reward", numeric: true, cell: ({ reward_mean }) => formatFixed(reward_mean, 3) },
    { title: "Truncated", numeric: true, cell: ({ truncated }) => formatPercent(truncated, 0) },
  ];
  return (
    <section aria-label="Rows" data-testid="preflight-rows">
      <div className={classes.head}>
        <h2>
          Rows{" "}
          <span className={`muted num ${classes.number}`}>
            {band ? `${rows.length} of ${plural(result.rows.length, "row")} in the band` : rows.length}
          </span>
        </h2>
        <Select
          aria-label="Order of the rows"
          data={Object.entries(ORDERS).map(([value, label]) => ({ value, label }))}
          value={order}
          allowDeselect={false}
          onChange={(next) => setOrder(orderOf(next))}
          w={180}
        />
      </div>
      {rows.length === 0 ? (
        <p className={classes.none}>No row passed so often: widen the band above.</p>
      ) : (
        <DataTable
          label="Rows of the pre-flight"
          columns={columns}
          rows={rows.slice(0, shown)}
          rowKey={({ group }) => group}
        />
      )}
      {rows.length > shown && (
        <Button variant="default" mt="xs" onClick={() => setShown(shown + 10 * FIRST)}>
          Show {plural(Math.min(10 * FIRST, rows.length - shown), "more row")}
        </Button>
      )}
    </section>
  );
}

function orderOf(value: string | null): RowOrder {
  return value === "hardest" || value === "easiest" ? value : "sampled";
}

function Rate({ value }: { value: number }) {
  return (
    <span className={classes.rate}>
      <span className={classes.track} aria-hidden>
        <span style={{ width: `${value * 100}%` }} />
      </span>
      <span className="num">{formatPercent(value, 0)}</span>
    </span>
  );
}
