import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { CopyPlus, Ellipsis } from "lucide-react";
import { actionsOf } from "@/api/runState";
import type { Run } from "@/api/types";
import { ACTION_LOOKS } from "./actionLooks";
import { CancelDialog } from "./CancelDialog";
import { useRunAction } from "./useRunAction";

/** The same actions behind one button, for a row of a table. */
export function RunMenu({ run }: { run: Run }) {
  const act = useRunAction(run.id);
  const navigate = useNavigate();
  const [asking, dialog] = useDisclosure(false);
  return (
    <>
      <Menu position="bottom-end" width={180} withinPortal>
        <Menu.Target>
          <ActionIcon aria-label={`Actions for ${run.name}`} size="sm" loading={act.isPending}>
            <Ellipsis size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {actionsOf(run).map((action) => {
            const { label, icon: Icon } = ACTION_LOOKS[action];
            return (
              <Menu.Item
                key={action}
                leftSection={<Icon size={14} />}
                color={action === "cancel" ? "red" : undefined}
                onClick={() => (action === "cancel" ? dialog.open() : act.mutate(action))}
              >
                {label}
              </Menu.Item>
            );
          })}
          {run.kind === "managed" && (
            <Menu.Item
              leftSection={<CopyPlus size={14} />}
              onClick={() => void navigate({ to: "/launch", search: { from: run.id } })}
            >
              Launch a copy
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <CancelDialog
        runName={run.name}
        opened={asking}
        onClose={dialog.close}
        onConfirm={() => act.mutate("cancel")}
      />
    </>
  );
}
