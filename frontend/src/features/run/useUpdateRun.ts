import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { problemOf } from "@/api/problem";
import { RUN_LISTS, runOptions, updateRun } from "@/api/runs";
import type { RunUpdate } from "@/api/types";

/** Changes name, tags or notes; shown at once and taken back when the server refuses. */
export function useUpdateRun(runId: number) {
  const client = useQueryClient();
  const { queryKey } = runOptions(runId);
  return useMutation({
    mutationFn: (change: RunUpdate) => updateRun(runId, change),
    onMutate: ({ name, tags, notes }) => {
      const before = client.getQueryData(queryKey);
      client.setQueryData(queryKey, (run) =>
        run ? { ...run, name: name ?? run.name, tags: tags ?? run.tags, notes: notes ?? run.notes } : run,
      );
      return { before };
    },
    onSuccess: (run) => {
      client.setQueryData(queryKey, run);
      return client.invalidateQueries({ queryKey: RUN_LISTS });
    },
    onError: (error, _change, context) => {
      client.setQueryData(queryKey, context?.before);
      const { title, detail } = problemOf(error);
      notifications.show({ color: "red", title: "The change was not saved", message: detail || title });
    },
  });
}
