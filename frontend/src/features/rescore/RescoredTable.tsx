import { Button, SegmentedControl } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { baseName } from "@/api/scoring";
import type { RescoredRollout, RescoreResult } from "@/api/types";
import { type Column, DataTable } from "@/components/DataTable";
import { AnchorLink } from "@/components/links";
import { formatCount, formatFixed, formatNumber, formatSigned, MISSING } from "@/lib/format";
import { isSame, type ScoreChange, scoreChanges } from "./changes";
import classes from "./RescoreView.module.css";

const route = getRouteApi("/runs/$runId/rescore");
const PAGE = 40;

interface Props {
  runId: number;
  rollouts: readonly RescoredRollout[];
  total: RescoreResult["totals"];
}

/** The rollouts that moved most, those whose advantage changed its sign first. */
export function RescoredTable({ runId, rollouts, total }: Props) {
  const { flipped } = route.useSearch();
  const navigate = route.useNavigate();
  const [limit, setLimit] = useState(PAGE);
  const columns = useMemo(() => columnsOf(runId), [runId]);
  const found = flipped ? rollouts.filter((rollout) => rollout.flipped) : rollouts;
  return (
    <section aria-label="Rollouts">
      <div className={classes.tools}>
        <h2>Rollouts</h2>
        {rollouts.length < total.rollouts && (
          <span className="muted">the {formatCount(rollouts.length)} that moved most</span>
        )}
        <SegmentedControl
          size="xs"
          aria-label="Which rollouts"
          data={[
            { value: "all", label: "All" },
            { value: "flipped", label: `Sign changed (${formatCount(total.flipped)})` },
          ]}
          value={flipped ? "flipped" : "all"}
          onChange={(value) =>
            void navigate({
              search: (old) => ({ ...old, flipped: value === "flipped" ? true : undefined }),
              replace: true,
            })
          }
        />
      </div>
      {found.length === 0 ? (
        <p className="muted">No advantage changes its sign.</p>
      ) : (
        <DataTable
          label="Re-scored rollouts"
          columns={columns}
          rows={found.slice(0, limit)}
          rowKey={({ rollout_id }) => rollout_id}
        />
      )}
      {found.length > limit && (
        <div className={classes.more}>
          <Button variant="default" onClick={() => setLimit(limit + PAGE)}>
            Show more
          </Button>
        </div>
      )}
    </section>
  );
}

function columnsOf(runId: number): Column<RescoredRollout>[] {
  return [
    {
      title: "Step",
      numeric: true,
      cell: ({ step, rollout_id }) => (
        <AnchorLink
          to="/runs/$runId/rollouts"
          params={{ runId }}
          search={{ step, rollout: rollout_id }}
          size="sm"
          data-testid="rescored-rollout"
        >
          {formatCount(step)}
        </AnchorLink>
      ),
    },
    {
      title: "Completion",
      cell: ({ completion }) => <div className={classes.completion}>{completion || "(empty)"}</div>,
    },
    { title: "Gold", cell: ({ answer }) => <span className={classes.gold}>{answer ?? MISSING}</span> },
    {
      title: "Reward",
      numeric: true,
      cell: ({ reward_old, reward_new }) => (
        <span className={classes.pair}>
          {formatFixed(reward_old, 2)} → <b>{formatFixed(reward_new, 2)}</b>
        </span>
      ),
    },
    {
      title: "Advantage",
      numeric: true,
      cell: ({ advantage_old, advantage_new, flipped }) => (
        <>
          <span className={classes.pair} data-sign={signOf(advantage_new)}>
            {formatSigned(advantage_old)} → <b>{formatSigned(advantage_new)}</b>
          </span>
          {flipped && <span className={classes.flipped}>sign changed</span>}
        </>
      ),
    },
    { title: "Scores", cell: (rollout) => <Scores rollout={rollout} /> },
    {
      title: "",
      cell: ({ rollout_id }) => (
        <AnchorLink to="/playground" search={{ rollout: rollout_id }} size="sm" className={classes.link}>
          try it
        </AnchorLink>
      ),
    },
  ];
}

function signOf(advantage: number | null): "up" | "down" | "none" {
  if (advantage === null || advantage === 0) return "none";
  return advantage > 0 ? "up" : "down";
}

function Scores({ rollout }: { rollout: RescoredRollout }) {
  return (
    <ul className={classes.scores}>
      {scoreChanges(rollout).map((change) => (
        <li key={change.name} data-same={isSame(change) || undefined}>
          <code>{baseName(change.name)}</code> <span className="num">{changeText(change)}</span>
          {change.reason && <span className={classes.reason}>{change.reason}</span>}
        </li>
      ))}
    </ul>
  );
}

function changeText({ before, now }: ScoreChange): string {
  if (before === undefined) return `${scoreText(now)}, new`;
  if (now === undefined) return `${scoreText(before)}, left out`;
  return before === now ? scoreText(now) : `${scoreText(before)} → ${scoreText(now)}`;
}

function scoreText(score: number | null | undefined): string {
  return score === null || score === undefined ? "none" : formatNumber(score);
}
