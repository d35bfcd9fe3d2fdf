import { Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { problemOf } from "@/api/problem";
import { Loading } from "./Loading";
import { ProblemAlert } from "./ProblemAlert";

interface Props<T> {
  query: UseQueryResult<T>;
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}

/** Loading, error, or the data. Data that is there stays in sight while a later fetch fails. */
export function QueryState<T>({ query, loading, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    return <ProblemAlert problem={problemOf(query.error)} onRetry={() => void query.refetch()} />;
  }
  return <Loading what="this part">{loading ?? <Skeleton height={160} radius="md" />}</Loading>;
}
