import { Skeleton } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { preflightOptions } from "@/api/preflights";
import { problemOf } from "@/api/problem";
import { isFinished } from "@/api/runState";
import { runOptions } from "@/api/runs";
import type { Preflight } from "@/api/types";
import { Loading } from "@/components/Loading";
import { ButtonLink } from "@/components/links";
import { Ago } from "@/components/Moment";
import { ProblemAlert } from "@/components/ProblemAlert";
import { Failure, Underway } from "@/components/preflight/Underway";
import { plural } from "@/lib/format";
import classes from "./PreflightPage.module.css";
import { Result } from "./Result";

const route = getRouteApi("/preflights/$runId");

/** A pre-flight in full: what it found, what the run would cost, and every row. */
export function PreflightPage() {
  const { runId } = route.useParams();
  const preflight = useQuery(preflightOptions(runId));
  const run = useQuery(runOptions(runId));
  useDocumentTitle(`Pre-flight ${runId} · rftdeck`);

  if (preflight.isPending) {
    return (
      <Loading what="the pre-flight">
        <Skeleton height={30} width={280} mb={12} />
        <Skeleton height={40} mb={16} />
        <Skeleton height={300} />
      </Loading>
    );
  }
  if (!preflight.data) {
    const problem = problemOf(preflight.error);
    return (
      <ProblemAlert
        problem={problem}
        onRetry={problem.status === 404 ? undefined : () => void preflight.refetch()}
      />
    );
  }
  const spec = run.data?.spec;
  return (
    <>
      <header className={classes.header}>
        <div>
          <nav aria-label="Breadcrumb" className={classes.crumbs}>
            <Link to="/">Runs</Link>
            <span aria-hidden>/</span>
            <Link to="/runs/$runId" params={{ runId }}>
              {run.data?.name ?? `Run ${runId}`}
            </Link>
          </nav>
          <h1>Pre-flight</h1>
          <p className={classes.about}>
            {spec && (
              <>
                <span>
                  <span className="muted">Model</span> {spec.model.name}
                </span>
                <span>
                  <span className="muted">Dataset</span> {spec.dataset.name}
                </span>
              </>
            )}
            <span>{sizeText(preflight.data)}</span>
            <span className="muted">
              <Ago time={preflight.data.created_at} />
            </span>
          </p>
        </div>
        <div className={classes.actions}>
          <ButtonLink
            to="/runs/$runId/rollouts"
            params={{ runId }}
            search={{ mode: "eval" }}
            variant="default"
            data-testid="preflight-rollouts"
          >
            Completions
          </ButtonLink>
          <ButtonLink to="/launch" search={{ from: runId }} data-testid="launch-from-preflight">
            Launch this
          </ButtonLink>
        </div>
      </header>
      <Body preflight={preflight.data} dataset={spec?.dataset.name ?? ""} />
    </>
  );
}

function Body({ preflight, dataset }: { preflight: Preflight; dataset: string }) {
  if (preflight.result) {
    return <Result runId={preflight.run_id} result={preflight.result} dataset={dataset} />;
  }
  return (
    <div className={classes.card}>
      {isFinished(preflight.state) ? <Failure preflight={preflight} /> : <Underway preflight={preflight} />}
    </div>
  );
}

function sizeText({ result, options }: Preflight): string {
  const { n_prompts, n_completions } = result ?? options;
  const prompts = plural(n_prompts, "prompt");
  return n_completions === null ? prompts : `${prompts} × ${plural(n_completions, "completion")}`;
}
