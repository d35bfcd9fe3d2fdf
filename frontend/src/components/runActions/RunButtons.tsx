import { Button, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { actionsOf } from "@/api/runState";
import type { Run } from "@/api/types";
import { ACTION_LOOKS } from "./actionLooks";
import { CancelDialog } from "./CancelDialog";
import { useRunAction } from "./useRunAction";

/** What can be done with the run now, as buttons. */
export function RunButtons({ run }: { run: Run }) {
  const act = useRunAction(run.id);
  const [asking, dialog] = useDisclosure(false);
  return (
    <>
      {actionsOf(run).map((action) => {
        const { label, help, icon: Icon } = ACTION_LOOKS[action];
        return (
          <Tooltip key={action} label={help}>
            <Button
              variant="default"
              leftSection={<Icon size={14} />}
              data-testid={`run-${action}`}
              loading={act.isPending && act.variables === action}
              onClick={() => (action === "cancel" ? dialog.open() : act.mutate(action))}
            >
              {label}
            </Button>
          </Tooltip>
        );
      })}
      <CancelDialog
        runName={run.name}
        opened={asking}
        onClose={dialog.close}
        onConfirm={() => act.mutate("cancel")}
      />
    </>
  );
}
