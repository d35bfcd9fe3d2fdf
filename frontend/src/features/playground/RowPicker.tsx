import { ActionIcon, NumberInput, Select, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { problemOf } from "@/api/problem";
import { datasetChoicesOptions, versionChoiceOptions, versionChoicesOptions } from "@/api/rows";
import type { DatasetVersion } from "@/api/types";
import { formatCount } from "@/lib/format";
import classes from "./SourceBar.module.css";

interface Props {
  version: number | undefined;
  split: string | undefined;
  row: number;
  onPick: (version: number, split: string, row: number) => void;
}

const USUAL_SPLIT = "train";

function firstSplit({ splits }: DatasetVersion): string {
  return splits.some(({ split }) => split === USUAL_SPLIT) ? USUAL_SPLIT : (splits[0]?.split ?? USUAL_SPLIT);
}

/** Data set, version, split, row number. */
export function RowPicker({ version, split = USUAL_SPLIT, row, onPick }: Props) {
  const datasets = useQuery(datasetChoicesOptions);
  const chosen = useQuery({ ...versionChoiceOptions(version ?? 0), enabled: version !== undefined }).data;
  const detail = useQuery({
    ...versionChoicesOptions(chosen?.dataset_id ?? 0),
    enabled: chosen !== undefined,
  }).data;

  if (datasets.isError) return <span role="alert">{problemOf(datasets.error).title}</span>;
  const ready = datasets.data?.items.filter(({ newest }) => newest.state === "ready") ?? [];
  if (datasets.isSuccess && ready.length === 0) {
    return <span className="muted">No data set is ready yet: import one first, then try its rows here.</span>;
  }
  const pickVersion = (next: DatasetVersion) => onPick(next.id, firstSplit(next), 0);
  const rows = chosen?.splits.find((stats) => stats.split === split)?.rows;
  const goTo = (next: number) => version !== undefined && onPick(version, split, next);
  return (
    <div className={classes.picker}>
      <Select
        aria-label="Data set"
        placeholder="Choose a data set…"
        w={220}
        searchable
        data={ready.map(({ id, name }) => ({ value: String(id), label: name }))}
        value={chosen ? String(chosen.dataset_id) : null}
        onChange={(id) => {
          const found = ready.find((dataset) => String(dataset.id) === id);
          if (found) pickVersion(found.newest);
        }}
        data-testid="pick-dataset"
      />
      {chosen && (
        <>
          <Select
            aria-label="Version"
            w={96}
            data={(detail?.versions ?? [chosen])
              .filter(({ state }) => state === "ready")
              .map(({ id, number }) => ({ value: String(id), label: `v${number}` }))}
            value={String(chosen.id)}
            allowDeselect={false}
            onChange={(id) => {
              const found = detail?.versions.find((item) => String(item.id) === id);
              if (found) pickVersion(found);
            }}
          />
          <Select
            aria-label="Split"
            w={120}
            data={chosen.splits.map((stats) => stats.split)}
            value={split}
            allowDeselect={false}
            onChange={(next) => next && onPick(chosen.id, next, 0)}
          />
          <Tooltip label="Previous row">
            <ActionIcon aria-label="Previous row" disabled={row <= 0} onClick={() => goTo(row - 1)}>
              <ChevronLeft size={15} />
            </ActionIcon>
          </Tooltip>
          <NumberInput
            aria-label="Row"
            size="xs"
            w={84}
            hideControls
            min={0}
            max={rows === undefined ? undefined : rows - 1}
            allowDecimal={false}
            clampBehavior="strict"
            value={row}
            onChange={(next) => typeof next === "number" && next !== row && goTo(next)}
            data-testid="row-number"
          />
          <Tooltip label="Next row">
            <ActionIcon
              aria-label="Next row"
              disabled={rows !== undefined && row >= rows - 1}
              onClick={() => goTo(row + 1)}
            >
              <ChevronRight size={15} />
            </ActionIcon>
          </Tooltip>
          {rows !== undefined && <span className={classes.of}>of {formatCount(rows)}</span>}
        </>
      )}
    </div>
  );
}
