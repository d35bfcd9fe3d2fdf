import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Scale } from "lucide-react";
import { rescoresOptions } from "@/api/rescores";
import { runOptions } from "@/api/runs";
import { EmptyState } from "@/components/EmptyState";
import { QueryState } from "@/components/QueryState";
import { History } from "./History";
import { RescoreEditor } from "./RescoreEditor";
import classes from "./RescoreTab.module.css";
import { RescoreView } from "./RescoreView";

const route = getRouteApi("/runs/$runId/rescore");

/** Other rewards on the rollouts that the run recorded: what would have been different? */
export function RescoreTab() {
  const { runId } = route.useParams();
  const { id } = route.useSearch();
  const navigate = route.useNavigate();
  const run = useQuery(runOptions(runId));
  const list = useQuery(rescoresOptions(runId));
  const open = (rescoreId: number) => void navigate({ search: { id: rescoreId } });
  return (
    <QueryState query={run} loading={<Skeleton height={420} radius="md" />}>
      {({ spec }) => (
        <div className={classes.columns}>
          <div className={classes.left}>
            <RescoreEditor runId={runId} recorded={spec?.rewards ?? []} onStarted={open} />
            {list.data && list.data.items.length > 0 && (
              <History items={list.data.items} shown={id ?? list.data.items[0]?.id} onOpen={open} />
            )}
          </div>
          <QueryState query={list} loading={<Skeleton height={420} radius="md" />}>
            {({ items }) => {
              const shown = id ?? items[0]?.id;
              return shown === undefined ? (
                <EmptyState icon={<Scale size={22} />} title="Nothing was re-scored yet">
                  Change a weight or a param on the left, or add a reward, and start. The recorded rollouts
                  are scored again as they stand; the run itself is not changed.
                </EmptyState>
              ) : (
                <RescoreView key={shown} runId={runId} rescoreId={shown} />
              );
            }}
          </QueryState>
        </div>
      )}
    </QueryState>
  );
}
