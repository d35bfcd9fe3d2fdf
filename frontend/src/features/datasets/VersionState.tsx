import type { DatasetVersion } from "@/api/types";
import { ProgressBar } from "@/components/ProgressBar";
import { assertNever } from "@/lib/assertNever";
import classes from "./VersionState.module.css";

/** What has become of an import. */
export function VersionState({ version: { state, job } }: { version: DatasetVersion }) {
  switch (state) {
    case "importing":
      return (
        <span className={classes.importing}>
          <ProgressBar fraction={job?.fraction ?? null} label="Import" />
          <span className="muted">{job?.message ?? "waiting"}</span>
        </span>
      );
    case "ready":
      return <span className={classes.ready}>ready</span>;
    case "failed":
      return <span className={classes.failed}>failed</span>;
    case "cancelled":
      return <span className="muted">cancelled</span>;
    default:
      return assertNever(state);
  }
}
