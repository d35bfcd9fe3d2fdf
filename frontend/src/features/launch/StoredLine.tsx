import type { DatasetVersion } from "@/api/types";
import { DatasetLink } from "@/components/DatasetLink";
import { formatCount, plural } from "@/lib/format";
import classes from "./DatasetFields.module.css";

/** What is known of a stored version, in a line. */
export function StoredLine({ version }: { version: DatasetVersion }) {
  const { id, dataset_id, name, number, rows, splits, findings } = version;
  const levels = ["error", "warning"] as const;
  return (
    <p className={classes.stored} data-testid="stored-dataset">
      <span>
        <b>{name}</b> v{number}
      </span>
      <span>{plural(rows, "row")}</span>
      <span className="muted">
        {splits.map((split) => `${split.split} ${formatCount(split.rows)}`).join(" · ")}
      </span>
      {levels.map((level) => {
        const count = findings.filter((finding) => finding.level === level).length;
        return (
          count > 0 && (
            <span key={level} data-level={level}>
              {plural(count, level)}
            </span>
          )
        );
      })}
      <DatasetLink datasetId={dataset_id} version={id} data-testid="open-dataset">
        Open data set
      </DatasetLink>
    </p>
  );
}
