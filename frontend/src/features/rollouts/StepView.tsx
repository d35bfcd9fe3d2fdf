import { Button, Select, Skeleton } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { rewardsOptions } from "@/api/catalog";
import { problemOf } from "@/api/problem";
import { groupsOptions } from "@/api/rollouts";
import type { RolloutSteps } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import { choiceParam } from "@/lib/search";
import { GroupCard } from "./GroupCard";
import { GroupView } from "./GroupView";
import classes from "./StepView.module.css";
import { GROUP_SORTS, type RolloutsSearch } from "./search";
import { TokenDrawer } from "./TokenDrawer";

const SORT_NAMES: Record<(typeof GROUP_SORTS)[number], string> = {
  index: "In order",
  "-reward_mean": "Best first",
  reward_mean: "Worst first",
  "-reward_std": "Most signal first",
  "-length_mean": "Longest first",
  length_mean: "Shortest first",
};

interface Props {
  runId: number;
  step: number;
  /** The step in the URL; it may not have been captured. */
  asked: number;
  search: RolloutsSearch;
  captured: RolloutSteps;
  onChange: (search: RolloutsSearch) => void;
  onStep: (step: number) => void;
  onFollow: () => void;
}

/** The groups of one step, and the one that is open. */
export function StepView({ runId, step, asked, search, captured, onChange, onStep, onFollow }: Props) {
  const { mode = "train", sort = "index", order = "index" } = search;
  const [raw, setRaw] = useState(false);
  const query = useInfiniteQuery(groupsOptions(runId, mode, step, sort));
  const outcomeRewards = useOutcomeRewards();

  const groups = query.data?.pages.flatMap((page) => page.items) ?? [];
  const at = Math.max(
    0,
    groups.findIndex(({ index }) => index === search.group),
  );
  const open = groups[at];

  const select = (place: number) => {
    const group = groups[place];
    if (group) onChange({ ...search, group: group.index, rollout: undefined });
  };
  const stepBy = (by: number) => {
    const next = captured.steps[captured.steps.indexOf(step) + by];
    if (next !== undefined) onStep(next);
  };
  const isReadingTokens = search.rollout !== undefined;
  useHotkeys(
    isReadingTokens
      ? []
      : [
          ["ArrowLeft", () => stepBy(-1)],
          ["ArrowRight", () => stepBy(1)],
          ["j", () => select(at + 1)],
          ["k", () => select(at - 1)],
          ["f", onFollow],
          ["r", () => setRaw(!raw)],
        ],
  );

  if (query.isError && groups.length === 0) {
    return <ProblemAlert problem={problemOf(query.error)} onRetry={() => void query.refetch()} />;
  }
  return (
    <>
      {asked !== step && (
        <p className={classes.notice}>
          Step {asked} was not captured; this is step {step}, the nearest one that was.
        </p>
      )}
      <div className={classes.columns}>
        <aside className={classes.list} aria-label={`Groups of step ${step}`}>
          <Select
            aria-label="Order of the groups"
            data={GROUP_SORTS.map((value) => ({ value, label: SORT_NAMES[value] }))}
            value={sort}
            onChange={(next) => onChange({ ...search, sort: choiceParam(next, GROUP_SORTS) })}
            allowDeselect={false}
          />
          <ul>
            {groups.map((group, place) => (
              <li key={group.index}>
                <GroupCard
                  group={group}
                  outcomeRewards={outcomeRewards}
                  isOpen={place === at}
                  onOpen={() => select(place)}
                />
              </li>
            ))}
          </ul>
          {query.isPending && [1, 2, 3, 4].map((card) => <Skeleton key={card} height={74} radius="md" />)}
          {query.hasNextPage && (
            <Button
              variant="default"
              fullWidth
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              More groups
            </Button>
          )}
        </aside>
        {open ? (
          <GroupView
            group={open}
            order={order}
            raw={raw}
            isStale={query.isPlaceholderData}
            onRaw={setRaw}
            onOrder={(next) => onChange({ ...search, order: next })}
            onTokens={(rollout) =>
              onChange({ ...search, step, follow: undefined, group: open.index, rollout })
            }
          />
        ) : (
          <Skeleton height={420} radius="lg" />
        )}
      </div>
      <TokenDrawer
        rolloutId={search.rollout ?? null}
        onClose={() => onChange({ ...search, rollout: undefined })}
      />
    </>
  );
}

/** Names of the reward functions that say whether the answer is right. */
function useOutcomeRewards(): ReadonlySet<string> {
  const { data } = useQuery({
    ...rewardsOptions,
    select: ({ items }) => items.filter(({ kind }) => kind === "outcome").map(({ name }) => name),
  });
  return new Set(data);
}
