import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { problemOf } from "@/api/problem";
import { actOnRun, RUN_LISTS, type RunAction, runOptions } from "@/api/runs";

export function useRunAction(runId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (action: RunAction) => actOnRun(runId, action),
    onSuccess: (run) => {
      client.setQueryData(runOptions(runId).queryKey, run);
      return client.invalidateQueries({ queryKey: RUN_LISTS });
    },
    onError: (error, action) => {
      const { title, detail } = problemOf(error);
      notifications.show({ color: "red", title: `Could not ${action} the run`, message: detail || title });
    },
  });
}
