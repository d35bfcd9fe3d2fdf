import { ActionIcon, Button, Select, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCw, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { problemOf } from "@/api/problem";
import { CASES, caseRunOptions, deleteCase } from "@/api/scoring";
import type { Case, CaseRun } from "@/api/types";
import { type Column, DataTable } from "@/components/DataTable";
import { AnchorLink } from "@/components/links";
import { Ago } from "@/components/Moment";
import { ProblemAlert } from "@/components/ProblemAlert";
import { newReward, versionsOf } from "@/components/rewards/library";
import { useRewardLibrary } from "@/components/rewards/useRewardLibrary";
import { formatNumber, MISSING, plural } from "@/lib/format";
import classes from "./CasesTab.module.css";

type Result = CaseRun["items"][number];
interface Row {
  item: Case;
  result: Result | undefined;
}

/** All cases of one reward, and whether it passes them. */
export function RewardCases({ reward, cases }: { reward: string; cases: readonly Case[] }) {
  const versions = versionsOf(useRewardLibrary(), reward);
  const [version, setVersion] = useState<string | null>(null);
  const name = version ?? reward;
  const run = useQuery(caseRunOptions({ reward: newReward({ name, params: {} }), draft_scope: "sample" }));
  const remove = useRemove();
  const results = new Map(run.data?.items.map((result) => [result.case.id, result]));
  const columns = useMemo(() => columnsWith(remove.mutate), [remove.mutate]);
  return (
    <section className={classes.reward} aria-label={`Cases of ${reward}`} data-testid="reward-cases">
      <header className={classes.head}>
        <h2>{reward}</h2>
        <span className="muted">{plural(cases.length, "case")}</span>
        {run.data && <Summary run={run.data} />}
        {versions.length > 0 && (
          <Select
            aria-label={`Version of ${reward}`}
            w={190}
            data={[
              { value: reward, label: "newest version" },
              ...versions.map(({ reference, version: digits }) => ({ value: reference, label: digits })),
            ]}
            value={name}
            allowDeselect={false}
            onChange={setVersion}
          />
        )}
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          leftSection={<RotateCw size={12} />}
          loading={run.isFetching}
          onClick={() => void run.refetch()}
          data-testid="run-cases"
        >
          Run again
        </Button>
      </header>
      {run.isError && <ProblemAlert problem={problemOf(run.error)} onRetry={() => void run.refetch()} />}
      <DataTable
        label={`Cases of ${reward}`}
        columns={columns}
        rows={cases.map((item): Row => ({ item, result: results.get(item.id) }))}
        rowKey={({ item }) => item.id}
      />
    </section>
  );
}

function Summary({ run: { passed, failed } }: { run: CaseRun }) {
  return failed === 0 ? (
    <span className={classes.mark} data-tone="good" data-testid="cases-summary">
      all pass
    </span>
  ) : (
    <span className={classes.mark} data-tone="bad" data-testid="cases-summary">
      {failed} of {passed + failed} fail
    </span>
  );
}

function scoreText(score: number | null): string {
  return score === null ? "none" : formatNumber(score);
}

function columnsWith(onDelete: (caseId: number) => void): Column<Row>[] {
  return [
    {
      title: "Result",
      cell: ({ result }) =>
        result ? (
          <span className={classes.mark} data-tone={result.passed ? "good" : "bad"}>
            {result.passed ? "pass" : "fail"}
          </span>
        ) : (
          MISSING
        ),
    },
    {
      title: "Completion",
      cell: ({ item }) => <div className={classes.completion}>{item.sample.completion || "(empty)"}</div>,
    },
    {
      title: "Gold",
      cell: ({ item }) => <span className={classes.gold}>{item.sample.answer ?? MISSING}</span>,
    },
    { title: "Expected", numeric: true, cell: ({ item }) => scoreText(item.expected) },
    {
      title: "Got",
      numeric: true,
      cell: ({ result }) => (result ? <b>{scoreText(result.score)}</b> : MISSING),
    },
    {
      title: "Why",
      cell: ({ item, result }) => (
        <div className={classes.reason}>{[item.note, result?.reason].filter(Boolean).join("\n")}</div>
      ),
    },
    { title: "From", cell: ({ item }) => <Origin item={item} /> },
    { title: "Added", cell: ({ item }) => <Ago time={item.created_at} /> },
    {
      title: "",
      cell: ({ item }) => (
        <Tooltip label="Delete">
          <ActionIcon
            aria-label={`Delete case ${item.id}`}
            size="sm"
            onClick={() => onDelete(item.id)}
            data-testid="delete-case"
          >
            <Trash2 size={14} />
          </ActionIcon>
        </Tooltip>
      ),
    },
  ];
}

function Origin({ item: { rollout_id, run_id, sample } }: { item: Case }) {
  if (rollout_id === null || run_id === null) return <span className="muted">by hand</span>;
  return (
    <>
      <AnchorLink
        to="/runs/$runId/rollouts"
        params={{ runId: run_id }}
        search={{ step: sample.step, rollout: rollout_id }}
        size="sm"
      >
        run {run_id}, step {sample.step}
      </AnchorLink>
      <br />
      <AnchorLink to="/playground" search={{ rollout: rollout_id }} size="sm">
        try it
      </AnchorLink>
    </>
  );
}

function useRemove() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: deleteCase,
    onSuccess: () => client.invalidateQueries({ queryKey: CASES }),
    onError: (error) => {
      const { title, detail } = problemOf(error);
      notifications.show({ color: "red", title: "Could not delete the case", message: detail || title });
    },
  });
}
