import { Skeleton } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { recipesOptions } from "@/api/catalog";
import { rowOptions, versionChoiceOptions } from "@/api/rows";
import { runOptions } from "@/api/runs";
import { rolloutSampleOptions } from "@/api/scoring";
import type { DatasetRow, Recipe } from "@/api/types";
import { QueryState } from "@/components/QueryState";
import { CasesTab } from "./CasesTab";
import classes from "./PlaygroundPage.module.css";
import { SourceBar } from "./SourceBar";
import { EMPTY_SAMPLE, sampleFromRollout, sampleFromRow } from "./sample";
import { Workbench } from "./Workbench";

const route = getRouteApi("/playground");

const TABS = [
  { tab: undefined, title: "Try rewards" },
  { tab: "custom", title: "Custom" },
  { tab: "cases", title: "Regression cases" },
] as const;

export function PlaygroundPage() {
  useDocumentTitle("Playground · rftdeck");
  const search = route.useSearch();
  return (
    <>
      <header className={classes.header}>
        <h1>Playground</h1>
        <nav className={classes.tabs} aria-label="Parts of the playground">
          {TABS.map(({ tab, title }) => (
            <Link
              key={title}
              to="/playground"
              search={(old) => ({ ...old, tab, reward: undefined })}
              className={classes.tab}
              data-active={search.tab === tab || undefined}
              aria-current={search.tab === tab ? "page" : undefined}
              data-testid={`playground-${tab ?? "try"}`}
            >
              {title}
            </Link>
          ))}
        </nav>
      </header>
      {search.tab === "cases" ? (
        <CasesTab />
      ) : (
        <>
          <SourceBar />
          <Sample isCustom={search.tab === "custom"} />
        </>
      )}
    </>
  );
}

const LOADING = <Skeleton height={420} radius="md" />;

/** The workbench with what the URL names; a sample of another place is another workbench. */
function Sample({ isCustom }: { isCustom: boolean }) {
  const { rollout, version, split = "train", row = 0, run } = route.useSearch();
  if (rollout !== undefined) return <FromRollout key={rollout} rolloutId={rollout} isCustom={isCustom} />;
  if (version !== undefined) {
    return (
      <FromRow
        key={`${version} ${split} ${row}`}
        version={version}
        split={split}
        row={row}
        run={run}
        isCustom={isCustom}
      />
    );
  }
  if (run !== undefined) return <FromRun key={`run ${run}`} runId={run} isCustom={isCustom} />;
  return (
    <Workbench
      key="pasted"
      isCustom={isCustom}
      start={{
        sampleKey: "pasted",
        sample: EMPTY_SAMPLE,
        rewardsKey: "own",
        rewards: [],
        prompt: null,
        group: null,
      }}
    />
  );
}

function FromRun({ runId, isCustom }: { runId: number; isCustom: boolean }) {
  const run = useQuery(runOptions(runId));
  return (
    <QueryState query={run} loading={LOADING}>
      {({ spec }) => (
        <Workbench
          isCustom={isCustom}
          start={{
            sampleKey: "pasted",
            sample: EMPTY_SAMPLE,
            rewardsKey: `run-${runId}`,
            rewards: spec?.rewards ?? [],
            prompt: null,
            group: null,
          }}
        />
      )}
    </QueryState>
  );
}

function FromRollout({ rolloutId, isCustom }: { rolloutId: number; isCustom: boolean }) {
  const found = useQuery(rolloutSampleOptions(rolloutId));
  return (
    <QueryState query={found} loading={LOADING}>
      {(recorded) => (
        <Workbench
          isCustom={isCustom}
          start={{
            sampleKey: `rollout-${rolloutId}`,
            sample: sampleFromRollout(recorded),
            rewardsKey: `run-${recorded.rollout.run_id}`,
            rewards: recorded.rewards,
            prompt: { messages: recorded.group.prompt, images: recorded.group.images },
            group: recorded.group,
          }}
        />
      )}
    </QueryState>
  );
}

interface RowProps {
  version: number;
  split: string;
  row: number;
  /** Whose rewards are tried; without it those that suit the data set. */
  run: number | undefined;
  isCustom: boolean;
}

function FromRow({ version, split, row, run, isCustom }: RowProps) {
  const page = useQuery(rowOptions(version, split, row));
  const recipe = useQuery(versionChoiceOptions(version)).data?.recipe ?? null;
  const recipes = useQuery(recipesOptions).data?.recipes ?? {};
  const trained = useQuery({ ...runOptions(run ?? 0), enabled: run !== undefined }).data;
  return (
    <QueryState query={page} loading={LOADING}>
      {({ items: [found] }) =>
        found === undefined ? (
          <p className="muted">
            The split {split} has no row {row}.
          </p>
        ) : (
          <Workbench
            isCustom={isCustom}
            start={{
              sampleKey: `row-${version}-${split}-${row}`,
              sample: sampleFromRow(found),
              rewardsKey: run === undefined ? `version-${version}` : `run-${run}`,
              rewards:
                run === undefined
                  ? (suitable(recipes, recipe, found)?.rewards ?? [])
                  : (trained?.spec?.rewards ?? []),
              prompt: found,
              group: null,
            }}
          />
        )
      }
    </QueryState>
  );
}

/** The recipe that the data set names, else one for the task of the row. */
function suitable(recipes: Record<string, Recipe>, name: string | null, row: DatasetRow): Recipe | undefined {
  const named = name === null ? undefined : recipes[name];
  return named ?? Object.values(recipes).find(({ task_type }) => task_type === row.task_type);
}
