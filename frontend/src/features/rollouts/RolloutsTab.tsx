import { Skeleton } from "@mantine/core";
import { useThrottledValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { MessagesSquare } from "lucide-react";
import { rolloutStepsOptions } from "@/api/rollouts";
import { isFinished } from "@/api/runState";
import { runOptions } from "@/api/runs";
import type { RolloutSteps } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { QueryState } from "@/components/QueryState";
import { nearestIndex } from "@/lib/numbers";
import { StepBar } from "./StepBar";
import { StepView } from "./StepView";
import type { RolloutsSearch } from "./search";

const route = getRouteApi("/runs/$runId/rollouts");

/** Reading needs a moment: a fast run is followed at most this often. */
const FOLLOW_MS = 1000;

export function RolloutsTab() {
  const { runId } = route.useParams();
  const { mode = "train" } = route.useSearch();
  const steps = useQuery(rolloutStepsOptions(runId, mode));
  return (
    <QueryState query={steps} loading={<Skeleton height={420} radius="md" />}>
      {(captured) => <Reader runId={runId} captured={captured} />}
    </QueryState>
  );
}

function Reader({ runId, captured }: { runId: number; captured: RolloutSteps }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mode = search.mode ?? "train";
  const change = (next: RolloutsSearch) => void navigate({ search: next, replace: true });

  const follows = search.follow ?? search.step === undefined;
  const newest = useThrottledValue(captured.steps.at(-1), FOLLOW_MS);
  const asked = follows ? newest : search.step;
  const nearest = asked === undefined ? undefined : captured.steps[nearestIndex(captured.steps, asked)];

  const goTo = (step: number) => change({ ...search, step, follow: undefined, rollout: undefined });
  const setFollow = (on: boolean) =>
    change({ ...search, follow: on ? true : undefined, step: on ? undefined : nearest });

  return (
    <>
      <StepBar
        captured={captured}
        step={nearest ?? null}
        follows={follows}
        search={search}
        onStep={goTo}
        onFollow={setFollow}
        onChange={change}
      />
      {nearest === undefined ? (
        <NothingCaptured runId={runId} mode={mode} />
      ) : (
        <StepView
          runId={runId}
          step={nearest}
          asked={asked ?? nearest}
          search={search}
          onChange={change}
          captured={captured}
          onStep={goTo}
          onFollow={() => setFollow(!follows)}
        />
      )}
    </>
  );
}

function NothingCaptured({ runId, mode }: { runId: number; mode: "train" | "eval" }) {
  const { data: run } = useQuery(runOptions(runId));
  const over = run !== undefined && isFinished(run.state);
  const what = mode === "eval" ? "held-out rollouts" : "rollouts";
  return (
    <EmptyState
      icon={<MessagesSquare size={22} />}
      title={over ? `No ${what} were captured` : `No ${what} yet`}
    >
      {over
        ? "The run ended before a captured step, or its capture section kept none."
        : mode === "eval"
          ? "Completions of the held-out problems appear here after an evaluation that captures them."
          : "The completions of the first step appear here as soon as it is finished."}
    </EmptyState>
  );
}
