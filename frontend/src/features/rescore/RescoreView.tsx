import { Button, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleX } from "lucide-react";
import { type Problem, problemOf } from "@/api/problem";
import { cancelRescore, isUnderWay, rescoreOptions, rescoresKey } from "@/api/rescores";
import type { Rescore } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import { ProgressBar } from "@/components/ProgressBar";
import { QueryState } from "@/components/QueryState";
import { formatPercent } from "@/lib/format";
import classes from "./RescoreView.module.css";
import { Result } from "./Result";

interface Props {
  runId: number;
  rescoreId: number;
}

/** One re-scoring: how far it is, or what it found. */
export function RescoreView({ runId, rescoreId }: Props) {
  const rescore = useQuery(rescoreOptions(rescoreId));
  return (
    <QueryState query={rescore} loading={<Skeleton height={420} radius="md" />}>
      {(found) => <Body runId={runId} rescore={found} />}
    </QueryState>
  );
}

function Body({ runId, rescore }: { runId: number; rescore: Rescore }) {
  const { job, result } = rescore;
  if (isUnderWay(job)) return <Progress runId={runId} rescore={rescore} />;
  if (result) return <Result runId={runId} result={result} />;
  if (job.state === "cancelled") {
    return (
      <p className="muted">This re-scoring was cancelled: it has no result. Start it again on the left.</p>
    );
  }
  return <ProblemAlert problem={failure(job.error)} />;
}

function failure(error: string | null): Problem {
  return {
    title: "The re-scoring failed",
    status: 0,
    detail: error ?? "It left no reason; the log of the server may say more.",
    errors: [],
  };
}

function Progress({ runId, rescore: { id, job } }: { runId: number; rescore: Rescore }) {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelRescore(job.id),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: rescoreOptions(id).queryKey }),
        client.invalidateQueries({ queryKey: rescoresKey(runId) }),
      ]),
  });
  return (
    <div className={classes.progress} data-testid="rescore-progress">
      <div className={classes.line}>
        <b>{job.state === "queued" ? "Waiting for its turn…" : "Scoring the recorded rollouts…"}</b>
        <span className="muted num">
          {job.message}
          {job.fraction !== null && ` · ${formatPercent(job.fraction, 0)}`}
        </span>
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<CircleX size={12} />}
          loading={cancel.isPending}
          onClick={() => cancel.mutate()}
          data-testid="cancel-rescore"
        >
          Cancel
        </Button>
      </div>
      <ProgressBar fraction={job.fraction} label="Progress of the re-scoring" />
      {cancel.isError && <ProblemAlert problem={problemOf(cancel.error)} />}
    </div>
  );
}
