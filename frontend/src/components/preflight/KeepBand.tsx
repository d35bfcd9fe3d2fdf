import { Button, RangeSlider, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Filter } from "lucide-react";
import { useId, useState } from "react";
import { keepBand } from "@/api/preflights";
import { type Problem, problemOf } from "@/api/problem";
import type { DatasetVersion, PreflightResult } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import { formatCount, formatPercent, plural } from "@/lib/format";
import { FilteredVersion } from "./FilteredVersion";
import classes from "./KeepBand.module.css";
import { type Band, bandName, nameProblem, rowsWithin } from "./passRates";

interface Props {
  runId: number;
  result: PreflightResult;
  /** What the spec of the pre-flight calls its data set. */
  dataset: string;
  band: Band;
  onBand: (band: Band) => void;
  /** Takes the new data set; without it the data set is only linked. */
  onUse?: (version: DatasetVersion) => void;
}

/** Rows that are neither always nor never solved, as a new data set. */
export function KeepBand({ runId, result, dataset, band, onBand, onUse }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  const label = useId();
  const filter = useMutation({
    mutationFn: (name: string) => keepBand(runId, { name, min_pass_rate: band[0], max_pass_rate: band[1] }),
  });
  const problem = filter.error ? problemOf(filter.error) : null;
  const name = typed ?? bandName(dataset, band);
  const kept = rowsWithin(result.rows, band).length;
  const total = result.rows.length;
  return (
    <section className={classes.keep} aria-labelledby={label}>
      <p id={label} className={classes.title}>
        Keep rows between {formatPercent(band[0], 0)} and {formatPercent(band[1], 0)}
      </p>
      <RangeSlider
        size="sm"
        min={0}
        max={100}
        minRange={0}
        label={(percent) => `${percent} %`}
        value={[Math.round(band[0] * 100), Math.round(band[1] * 100)]}
        onChange={([low, high]) => {
          filter.reset();
          onBand([low / 100, high / 100]);
        }}
        thumbFromLabel="Lowest pass rate to keep, in percent"
        thumbToLabel="Highest pass rate to keep, in percent"
        data-testid="pass-rate-band"
      />
      <p className={classes.kept} data-testid="rows-kept">
        <b>{formatCount(kept)}</b> of {plural(total, "sampled row")} remain
        {total > 0 && ` (${formatPercent(kept / total, 0)})`}. Rows that were not sampled are left out: check
        more prompts to keep more.
      </p>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          filter.mutate(name);
        }}
      >
        <TextInput
          aria-label="Name of the new data set"
          value={name}
          onChange={({ currentTarget }) => {
            filter.reset();
            setTyped(currentTarget.value);
          }}
          error={(name !== "" && nameProblem(name)) || fieldError(problem, "name")}
          className={classes.name}
          data-testid="band-name"
        />
        <Button
          type="submit"
          variant="default"
          leftSection={<Filter size={13} />}
          loading={filter.isPending}
          disabled={kept === 0 || nameProblem(name) !== null}
          data-testid="keep-rows"
        >
          Make data set
        </Button>
      </form>
      {problem && fieldError(problem, "name") === undefined && <ProblemAlert problem={problem} />}
      {filter.data && <FilteredVersion start={filter.data} onUse={onUse} />}
    </section>
  );
}

function fieldError(problem: Problem | null, field: string): string | undefined {
  const found = problem?.errors.find(({ path }) => path.replace(/^body\./, "") === field);
  return found && (found.fix ? `${found.reason} → ${found.fix}` : found.reason);
}
