import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ProblemError } from "@/api/problem";
import { Store } from "@/lib/store";

/** True once the server has refused this browser's session. */
export const signedOut = new Store(false);

function noticeSignOut(error: unknown): void {
  if (error instanceof ProblemError && error.problem.status === 401) signedOut.set(true);
}

/** A refusal stays a refusal; only a server that does not answer, or stumbles, is asked again. */
function mayRetry(failures: number, error: unknown): boolean {
  if (error instanceof ProblemError && error.problem.status >= 400 && error.problem.status < 500)
    return false;
  return failures < 3;
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSignOut }),
  mutationCache: new MutationCache({ onError: noticeSignOut }),
  defaultOptions: {
    // The live stream keeps what is in the cache up to date.
    queries: { staleTime: 30_000, retry: mayRetry, refetchOnWindowFocus: false },
  },
});
