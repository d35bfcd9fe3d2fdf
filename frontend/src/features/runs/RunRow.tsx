import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { Run } from "@/api/types";
import { Ago, Elapsed } from "@/components/Moment";
import { RunProgress } from "@/components/RunProgress";
import { RunMenu } from "@/components/runActions/RunMenu";
import { Sparkline } from "@/components/Sparkline";
import { StateBadge } from "@/components/StateBadge";
import { formatFixed, formatPercent, MISSING } from "@/lib/format";
import classes from "./RunTable.module.css";

export const RunRow = memo(function RunRow({ run }: { run: Run }) {
  const reward = run.latest.reward;
  return (
    <tr data-testid="run-row" data-run-id={run.id}>
      <td className={classes.name}>
        {/* The link covers the whole row. */}
        <Link
          to="/runs/$runId"
          params={{ runId: run.id }}
          className={classes.rowLink}
          data-row
          data-testid="run-link"
        >
          {run.name}
        </Link>
        <span className={classes.narrowOnly}>{run.experiment}</span>
      </td>
      <td>
        <StateBadge run={run} />
      </td>
      <td className={classes.progress}>
        <RunProgress run={run} />
      </td>
      <td className={classes.numeric}>
        <span className={classes.reward}>
          <Sparkline values={run.sparkline} label={`Reward of ${run.name} over the run`} />
          <span className="num">{formatFixed(reward, 3)}</span>
        </span>
      </td>
      <td className={`${classes.numeric} ${classes.wide} num`}>
        {formatPercent(run.latest["eval/heldout/accuracy"])}
      </td>
      <td className={`${classes.numeric} ${classes.wide} num`}>
        {formatFixed(run.latest["completions/mean_length"], 1)}
      </td>
      <td className={classes.wide}>
        <Link
          from="/"
          to="/"
          search={(old) => ({ ...old, experiment: run.experiment })}
          className={classes.filter}
        >
          {run.experiment}
        </Link>
      </td>
      <td className={classes.wider}>
        <span className={classes.tags}>
          {run.tags.map((tag) => (
            <Link
              key={tag}
              from="/"
              to="/"
              search={(old) => ({ ...old, tag })}
              className={classes.tag}
              aria-label={`Filter by tag ${tag}`}
            >
              {tag}
            </Link>
          ))}
        </span>
      </td>
      <td className={`${classes.wider} muted`}>{run.worker ?? MISSING}</td>
      <td className={`${classes.wide} muted`}>
        <Ago time={run.created_at} />
      </td>
      <td className={`${classes.numeric} ${classes.wide} muted`}>
        <Elapsed from={run.started_at} to={run.finished_at} />
      </td>
      <td className={classes.actions}>
        <RunMenu run={run} />
      </td>
    </tr>
  );
});
