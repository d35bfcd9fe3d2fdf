import { clsx } from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import type { KeyboardEvent } from "react";
import type { Run } from "@/api/types";
import { RunRow } from "./RunRow";
import classes from "./RunTable.module.css";
import { nextSort, type RunSort, type SortColumn, sortedBy } from "./search";

const COLUMNS: { title: string; sort?: SortColumn; numeric?: true; className?: string }[] = [
  { title: "Name", sort: "name" },
  { title: "State", sort: "state" },
  { title: "Step", sort: "step" },
  { title: "Reward", numeric: true },
  { title: "Held-out", numeric: true, className: "wide" },
  { title: "Length", numeric: true, className: "wide" },
  { title: "Experiment", sort: "experiment", className: "wide" },
  { title: "Tags", className: "wider" },
  { title: "Worker", className: "wider" },
  { title: "Created", sort: "created_at", className: "wide" },
  { title: "Took", numeric: true, className: "wide" },
];

interface Props {
  runs: readonly Run[];
  sort: RunSort;
  onSort: (sort: RunSort) => void;
  dimmed: boolean;
}

export function RunTable({ runs, sort, onSort, dimmed }: Props) {
  const sorted = sortedBy(sort);
  return (
    <div className={classes.frame} data-dimmed={dimmed || undefined}>
      <table className={classes.table} aria-label="Runs">
        <thead>
          <tr>
            {COLUMNS.map(({ title, sort: column, numeric, className }) => (
              <th
                key={title}
                scope="col"
                className={clsx(numeric && classes.numeric, className && classes[className])}
                aria-sort={
                  column && sorted.column === column
                    ? sorted.descending
                      ? "descending"
                      : "ascending"
                    : undefined
                }
              >
                {column ? (
                  <button type="button" onClick={() => onSort(nextSort(sort, column))}>
                    {title}
                    {sorted.column === column &&
                      (sorted.descending ? <ArrowDown size={12} /> : <ArrowUp size={12} />)}
                  </button>
                ) : (
                  title
                )}
              </th>
            ))}
            <th>
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody onKeyDown={moveBetweenRows}>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** ↑ and ↓ go from row link to row link. */
function moveBetweenRows(event: KeyboardEvent<HTMLTableSectionElement>) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>("a[data-row]")];
  const at = links.findIndex((link) => link.matches(":focus"));
  const next = links[at + by];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}
