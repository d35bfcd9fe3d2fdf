import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ShieldQuestion } from "lucide-react";
import { baseName, casesOptions } from "@/api/scoring";
import type { Case } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { ButtonLink } from "@/components/links";
import { QueryState } from "@/components/QueryState";
import classes from "./CasesTab.module.css";
import { RewardCases } from "./RewardCases";

const route = getRouteApi("/playground");

/** Completions whose right score a person has named, run against the rewards as they are now. */
export function CasesTab() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const cases = useQuery(casesOptions({}));
  return (
    <QueryState query={cases}>
      {({ items }) => {
        if (items.length === 0) return <NoCases />;
        const groups = byReward(items);
        const wanted = search.reward === undefined ? undefined : baseName(search.reward);
        const shown = [...groups].filter(([name]) => wanted === undefined || name === wanted);
        return (
          <div className={classes.list}>
            <Select
              aria-label="Reward"
              placeholder="All rewards"
              w={280}
              searchable
              clearable
              clearButtonProps={{ "aria-label": "Show all rewards" }}
              data={[...groups.keys()]}
              value={wanted ?? null}
              onChange={(reward) =>
                void navigate({ search: { ...search, reward: reward ?? undefined }, replace: true })
              }
            />
            {shown.length === 0 && (
              <p className="muted">
                There are no cases of <code className="mono">{wanted}</code>.
              </p>
            )}
            {shown.map(([name, members]) => (
              <RewardCases key={name} reward={name} cases={members} />
            ))}
          </div>
        );
      }}
    </QueryState>
  );
}

function byReward(cases: readonly Case[]): Map<string, Case[]> {
  const groups = new Map<string, Case[]>();
  for (const item of cases) groups.set(item.reward, [...(groups.get(item.reward) ?? []), item]);
  return groups;
}

function NoCases() {
  return (
    <EmptyState
      icon={<ShieldQuestion size={22} />}
      title="No regression cases yet"
      action={
        <>
          <ButtonLink to="/" variant="default">
            Look at a run's rollouts
          </ButtonLink>
          <ButtonLink to="/playground" search={{ tab: "custom" }} variant="default">
            Write a custom reward
          </ButtonLink>
        </>
      }
    >
      A case is a completion with the score that it should get. Mark a rollout with “The verifier is wrong
      here”, or give a custom reward its cases: they are kept and run again here.
    </EmptyState>
  );
}
