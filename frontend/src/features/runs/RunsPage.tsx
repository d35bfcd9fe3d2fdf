import { Button, Skeleton } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { FlaskConical, SearchX } from "lucide-react";
import { problemOf } from "@/api/problem";
import { runListOptions } from "@/api/runs";
import { EmptyState } from "@/components/EmptyState";
import { Loading } from "@/components/Loading";
import { ButtonLink } from "@/components/links";
import { ProblemAlert } from "@/components/ProblemAlert";
import { plural } from "@/lib/format";
import { RunFilters } from "./RunFilters";
import classes from "./RunsPage.module.css";
import { RunTable } from "./RunTable";
import { DEFAULT_SORT } from "./search";

const route = getRouteApi("/");

export function RunsPage() {
  useDocumentTitle("Runs · rftdeck");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const sort = search.sort ?? DEFAULT_SORT;
  const runs = useInfiniteQuery({
    ...runListOptions({ ...search, sort }),
    placeholderData: keepPreviousData,
  });

  const found = runs.data?.pages.flatMap((page) => page.items) ?? [];
  const total = runs.data?.pages[0]?.total;
  const isFiltered = Boolean(search.state || search.experiment || search.tag || search.q);

  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.title}>Runs</h1>
        {total !== undefined && (
          <span className="muted num">{isFiltered ? `${plural(total, "match", "matches")}` : total}</span>
        )}
      </div>
      <RunFilters search={search} onChange={(next) => void navigate({ search: next, replace: true })} />
      {runs.isError && <ProblemAlert problem={problemOf(runs.error)} onRetry={() => void runs.refetch()} />}
      {runs.isPending && <LoadingRows />}
      {runs.isSuccess && found.length === 0 && (isFiltered ? <NoMatch /> : <NoRuns />)}
      {found.length > 0 && (
        <RunTable
          runs={found}
          sort={sort}
          onSort={(next) =>
            void navigate({ search: (old) => ({ ...old, sort: next === DEFAULT_SORT ? undefined : next }) })
          }
          dimmed={runs.isPlaceholderData}
        />
      )}
      {runs.hasNextPage && (
        <div className={classes.more}>
          <Button
            variant="default"
            loading={runs.isFetchingNextPage}
            onClick={() => void runs.fetchNextPage()}
          >
            Load more
          </Button>
        </div>
      )}
    </>
  );
}

function LoadingRows() {
  return (
    <Loading what="runs">
      {[1, 2, 3, 4, 5, 6].map((row) => (
        <Skeleton key={row} height={38} mb={6} radius="md" />
      ))}
    </Loading>
  );
}

function NoRuns() {
  return (
    <EmptyState
      icon={<FlaskConical size={22} />}
      title="No runs yet"
      action={
        <>
          <ButtonLink to="/launch" search={{ preset: "starter-text" }}>
            Launch the text starter
          </ButtonLink>
          <ButtonLink to="/launch" variant="default">
            Write a spec
          </ButtonLink>
        </>
      }
    >
      Launch one here, or from a terminal:
      <pre className={classes.command}>rftdeck launch spec.yaml --watch</pre>
    </EmptyState>
  );
}

function NoMatch() {
  return (
    <EmptyState
      icon={<SearchX size={22} />}
      title="No run matches"
      action={
        <ButtonLink to="/" search={{}} variant="default">
          Clear all filters
        </ButtonLink>
      }
    />
  );
}
