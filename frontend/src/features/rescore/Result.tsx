import { Tooltip } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { RescoreResult } from "@/api/types";
import { formatFixed, formatPercent, plural } from "@/lib/format";
import { tilesOf } from "./changes";
import { OldNewChart } from "./OldNewChart";
import { RescoredTable } from "./RescoredTable";
import classes from "./RescoreView.module.css";

const route = getRouteApi("/runs/$runId/rescore");

/** Recorded and new side by side: in all, step by step, and rollout by rollout. */
export function Result({ runId, result }: { runId: number; result: RescoreResult }) {
  const navigate = route.useNavigate();
  const { totals, by_step: steps, rollouts } = result;
  const openStep = (step: number) =>
    void navigate({ to: "/runs/$runId/rollouts", params: { runId }, search: { step } });
  return (
    <div className={classes.result} data-testid="rescore-result">
      <p className="muted" style={{ margin: 0 }}>
        {plural(totals.rollouts, "rollout")} in {plural(totals.groups, "group")}: recorded → now
      </p>
      <dl className={classes.tiles}>
        {tilesOf(totals).map(({ label, help, before, now, delta, tone }) => (
          <div key={label} className={classes.tile} data-tone={tone}>
            <dt>
              <Tooltip label={help} multiline maw={280}>
                <span>{label}</span>
              </Tooltip>
            </dt>
            <dd>
              {before !== null && <span className={classes.before}>{before} → </span>}
              {now}
              <span className={classes.delta}>{delta}</span>
            </dd>
          </div>
        ))}
      </dl>
      <div className={classes.charts}>
        <OldNewChart
          title="Mean reward"
          steps={steps.steps}
          before={steps.mean_old}
          now={steps.mean_new}
          format={(value) => formatFixed(value, 3)}
          onOpenStep={openStep}
        />
        <OldNewChart
          title="Groups without signal"
          steps={steps.steps}
          before={steps.zero_std_old}
          now={steps.zero_std_new}
          format={(value) => formatPercent(value, 0)}
          onOpenStep={openStep}
          fraction
        />
      </div>
      <RescoredTable runId={runId} rollouts={rollouts} total={totals} />
    </div>
  );
}
