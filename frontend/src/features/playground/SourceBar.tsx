import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { rolloutSampleOptions } from "@/api/scoring";
import { AnchorLink } from "@/components/links";
import { choiceParam } from "@/lib/search";
import { RowPicker } from "./RowPicker";
import classes from "./SourceBar.module.css";
import { type PlaygroundSearch, rolloutOf } from "./search";

const route = getRouteApi("/playground");
const KINDS = ["paste", "row", "rollout"] as const;
type SourceKind = (typeof KINDS)[number];

function kindOf({ rollout, version }: PlaygroundSearch): SourceKind {
  if (rollout !== undefined) return "rollout";
  return version !== undefined ? "row" : "paste";
}

/** Where the sample comes from: pasted, a row of a data set, or a recorded rollout. */
export function SourceBar() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const inUrl = kindOf(search);
  // A row or a rollout stands in the URL only once it is chosen.
  const [asked, setAsked] = useState<SourceKind | null>(null);
  const kind = asked ?? inUrl;
  const go = (next: PlaygroundSearch) => {
    setAsked(null);
    void navigate({ search: { tab: search.tab, reward: search.reward, ...next } });
  };
  return (
    <div className={classes.bar}>
      <SegmentedControl
        size="xs"
        aria-label="Where the sample comes from"
        data={[
          { value: "paste", label: "Pasted" },
          { value: "row", label: "Data set row" },
          { value: "rollout", label: "Rollout" },
        ]}
        value={kind}
        onChange={(value) => {
          const next = choiceParam(value, KINDS) ?? "paste";
          if (next === "paste") go({ run: search.run });
          else setAsked(next);
        }}
        data-testid="source-kind"
      />
      {kind === "row" && (
        <RowPicker
          version={search.version}
          split={search.split}
          row={search.row ?? 0}
          onPick={(version, split, row) => go({ version, split, row, run: search.run })}
        />
      )}
      {kind === "rollout" && (
        <RolloutPicker rollout={search.rollout} onPick={(rollout) => go({ rollout })} key={search.rollout} />
      )}
    </div>
  );
}

interface RolloutProps {
  rollout: number | undefined;
  onPick: (rollout: number) => void;
}

function RolloutPicker({ rollout, onPick }: RolloutProps) {
  const [typed, setTyped] = useState(rollout === undefined ? "" : String(rollout));
  const asked = rolloutOf(typed);
  const loaded = useQuery({ ...rolloutSampleOptions(rollout ?? 0), enabled: rollout !== undefined }).data;
  return (
    <form
      className={classes.picker}
      onSubmit={(event) => {
        event.preventDefault();
        if (asked !== undefined) onPick(asked);
      }}
    >
      <TextInput
        aria-label="Number of the rollout, or a link to it"
        placeholder="Number, or a link with ?rollout=…"
        w={240}
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        error={typed !== "" && asked === undefined}
        data-testid="rollout-id"
      />
      <Button type="submit" variant="default" disabled={asked === undefined || asked === rollout}>
        Load
      </Button>
      {loaded && (
        <AnchorLink
          to="/runs/$runId/rollouts"
          params={{ runId: loaded.rollout.run_id }}
          search={{ step: loaded.rollout.step, group: loaded.group.index, mode: loaded.group.mode }}
          size="sm"
        >
          Run {loaded.rollout.run_id}, step {loaded.rollout.step}, completion {loaded.rollout.index}
        </AnchorLink>
      )}
    </form>
  );
}
