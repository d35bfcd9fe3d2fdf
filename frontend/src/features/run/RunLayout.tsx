import { Skeleton } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Outlet, useChildMatches } from "@tanstack/react-router";
import { problemOf } from "@/api/problem";
import { runOptions } from "@/api/runs";
import type { RunDetail } from "@/api/types";
import { Loading } from "@/components/Loading";
import { ButtonLink } from "@/components/links";
import { ProblemAlert } from "@/components/ProblemAlert";
import { RunProgress } from "@/components/RunProgress";
import { RunButtons } from "@/components/runActions/RunButtons";
import { StateBadge } from "@/components/StateBadge";
import { RunFailure } from "./RunFailure";
import classes from "./RunLayout.module.css";
import { RunMeta } from "./RunMeta";
import { RunName } from "./RunName";
import { RunStats } from "./RunStats";
import { WaitingHint } from "./WaitingHint";

const route = getRouteApi("/runs/$runId");

const TABS = [
  { to: "/runs/$runId", title: "Overview" },
  { to: "/runs/$runId/rollouts", title: "Rollouts" },
  { to: "/runs/$runId/rescore", title: "Re-score" },
  { to: "/runs/$runId/spec", title: "Spec" },
  { to: "/runs/$runId/logs", title: "Logs" },
  { to: "/runs/$runId/checkpoints", title: "Checkpoints" },
  { to: "/runs/$runId/attempts", title: "Attempts" },
] as const;

export function RunLayout() {
  const { runId } = route.useParams();
  const run = useQuery(runOptions(runId));
  useDocumentTitle(run.data ? `${run.data.name} · rftdeck` : "Run · rftdeck");

  if (run.isPending) {
    return (
      <Loading what="the run">
        <Skeleton height={30} width={280} mb={12} />
        <Skeleton height={56} mb={16} />
        <Skeleton height={380} />
      </Loading>
    );
  }
  if (run.isError && !run.data) {
    const problem = problemOf(run.error);
    return (
      <>
        <ProblemAlert
          problem={problem}
          onRetry={problem.status === 404 ? undefined : () => void run.refetch()}
        />
        {problem.status === 404 && (
          <ButtonLink to="/" variant="default" mt="md">
            All runs
          </ButtonLink>
        )}
      </>
    );
  }
  return (
    <>
      <RunHeader run={run.data} />
      <nav className={classes.tabs} aria-label="Parts of the run">
        {TABS.map(({ to, title }) => (
          <Link
            key={to}
            to={to}
            params={{ runId }}
            className={classes.tab}
            activeOptions={{ exact: true, includeSearch: false }}
            data-testid={`tab-${title.toLowerCase()}`}
          >
            {title}
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  );
}

function RunHeader({ run }: { run: RunDetail }) {
  // The other tabs need the room for what they show.
  const isOverview = useChildMatches({
    select: (matches) => matches.some(({ routeId }) => routeId === "/runs/$runId/"),
  });
  return (
    <header className={classes.header}>
      <div className={classes.top}>
        <div className={classes.titles}>
          <nav aria-label="Breadcrumb" className={classes.crumbs}>
            <Link to="/">Runs</Link>
            <span aria-hidden>/</span>
            <Link to="/" search={{ experiment: run.experiment }}>
              {run.experiment}
            </Link>
          </nav>
          <div className={classes.name}>
            <RunName run={run} />
            <StateBadge run={run} />
            {!isOverview && (
              <div className={classes.progress}>
                <RunProgress run={run} />
              </div>
            )}
          </div>
        </div>
        <div className={classes.actions}>
          <RunButtons run={run} />
          {run.kind === "preflight" && (
            <ButtonLink
              to="/preflights/$runId"
              params={{ runId: run.id }}
              variant="default"
              data-testid="preflight-of-run"
            >
              Pre-flight result
            </ButtonLink>
          )}
          {run.spec && (
            <ButtonLink to="/launch" search={{ from: run.id }} variant="default" data-testid="launch-copy">
              Launch a copy
            </ButtonLink>
          )}
        </div>
      </div>
      <RunMeta run={run} />
      {run.state === "queued" && <WaitingHint run={run} />}
      <RunFailure run={run} />
      {isOverview && <RunStats run={run} />}
    </header>
  );
}
