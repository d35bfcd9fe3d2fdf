import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { type LogTail, logsOptions } from "@/api/logs";
import { runOptions } from "@/api/runs";
import { EmptyState } from "@/components/EmptyState";
import { QueryState } from "@/components/QueryState";
import { LogList } from "./LogList";
import classes from "./LogsTab.module.css";
import { LogTools } from "./LogTools";
import { toRows } from "./rows";
import { follows, type LogsSearch } from "./search";

const route = getRouteApi("/runs/$runId/logs");

export function LogsTab() {
  const { runId } = route.useParams();
  const logs = useQuery(logsOptions(runId));
  return (
    <QueryState query={logs}>
      {(tail) =>
        tail.lines.length > 0 ? (
          <Log runId={runId} tail={tail} />
        ) : (
          <EmptyState icon={<ScrollText size={22} />} title="Nothing was printed yet">
            What the training process prints appears here as it happens.
          </EmptyState>
        )
      }
    </QueryState>
  );
}

function Log({ runId, tail }: { runId: number; tail: LogTail }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: run } = useQuery(runOptions(runId));
  const change = (next: LogsSearch) => void navigate({ search: next, replace: true });
  const rows = toRows(tail.lines, search);
  return (
    <div className={classes.log}>
      <LogTools
        runId={runId}
        runName={run?.name ?? `run ${runId}`}
        tail={tail}
        nFound={rows.filter(({ kind }) => kind === "line").length}
        search={search}
        onChange={change}
      />
      <LogList
        rows={rows}
        find={search.find ?? ""}
        follow={follows(search)}
        onScrollAway={() => change({ ...search, still: true })}
      />
    </div>
  );
}
