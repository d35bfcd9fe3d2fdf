import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { versionChoiceOptions } from "@/api/rows";
import type { DatasetVersion } from "@/api/types";
import { DatasetLink } from "@/components/DatasetLink";
import { ProgressBar } from "@/components/ProgressBar";
import { plural } from "@/lib/format";
import classes from "./KeepBand.module.css";

const POLL_MS = 500;

interface Props {
  /** As it was when its import began. */
  start: DatasetVersion;
  onUse: ((version: DatasetVersion) => void) | undefined;
}

/** The data set being made of the kept rows, and what to do with it. */
export function FilteredVersion({ start, onUse }: Props) {
  const query = useQuery({
    ...versionChoiceOptions(start.id),
    refetchInterval: ({ state: { data } }) => (data && data.state !== "importing" ? false : POLL_MS),
  });
  const version = query.data ?? start;
  const { state, name, number, rows, job, dataset_id } = version;
  return (
    <div className={classes.made} role="status" data-testid="filtered-dataset" data-state={state}>
      {state === "importing" && (
        <>
          <p>
            Making {name}… <span className="muted">{job?.message}</span>
          </p>
          <ProgressBar fraction={job?.fraction ?? null} label={`Making ${name}`} />
        </>
      )}
      {state === "ready" && (
        <p>
          <b>{name}</b> v{number}: {plural(rows, "row")}
        </p>
      )}
      {(state === "failed" || state === "cancelled") && (
        <p data-level="error">
          {name} could not be made: {job?.error ?? state}
        </p>
      )}
      <div className={classes.actions}>
        {state === "ready" && onUse && (
          <Button size="compact-xs" onClick={() => onUse(version)} data-testid="use-filtered">
            Use it here
          </Button>
        )}
        <DatasetLink datasetId={dataset_id} version={version.id} data-testid="open-filtered">
          Open data set
        </DatasetLink>
      </div>
    </div>
  );
}
