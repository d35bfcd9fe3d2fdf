import type { ErrorComponentProps } from "@tanstack/react-router";
import { problemOf } from "@/api/problem";
import { ProblemAlert } from "@/components/ProblemAlert";

export function ErrorPage({ error, reset }: ErrorComponentProps) {
  return <ProblemAlert problem={problemOf(error)} onRetry={reset} />;
}
