import { ActionIcon, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { createLink } from "@tanstack/react-router";
import { FlaskConical, Gavel } from "lucide-react";
import type { Rollout } from "@/api/types";
import { VerdictDialog } from "./VerdictDialog";

const IconLink = createLink(ActionIcon<"a">);

interface Props {
  runId: number;
  rollout: Rollout;
}

/** What can be done about the scores of a completion. */
export function RolloutActions({ runId, rollout }: Props) {
  const [opened, dialog] = useDisclosure(false);
  return (
    <>
      <Tooltip label="Open in the playground">
        <IconLink
          to="/playground"
          search={{ rollout: rollout.id }}
          aria-label={`Open completion ${rollout.index} in the playground`}
          size="sm"
          data-testid="open-playground"
        >
          <FlaskConical size={13} />
        </IconLink>
      </Tooltip>
      <Tooltip label="The verifier is wrong here">
        <ActionIcon
          aria-label={`The verifier is wrong about completion ${rollout.index}`}
          size="sm"
          onClick={dialog.open}
          data-testid="open-verdict"
        >
          <Gavel size={13} />
        </ActionIcon>
      </Tooltip>
      <VerdictDialog runId={runId} rollout={rollout} opened={opened} onClose={dialog.close} />
    </>
  );
}
