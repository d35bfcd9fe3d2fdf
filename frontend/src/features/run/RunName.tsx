import { ActionIcon, TextInput, Tooltip } from "@mantine/core";
import { Pencil } from "lucide-react";
import { useState } from "react";
import type { RunDetail } from "@/api/types";
import classes from "./RunName.module.css";
import { useUpdateRun } from "./useUpdateRun";

/** The run's name, which turns into a text field to be changed. */
export function RunName({ run }: { run: RunDetail }) {
  const [draft, setDraft] = useState<string | null>(null);
  const update = useUpdateRun(run.id);

  if (draft === null) {
    return (
      <div className={classes.shown}>
        <h1 className={classes.name} data-testid="run-name">
          {run.name}
        </h1>
        <Tooltip label="Rename">
          <ActionIcon aria-label="Rename the run" size="sm" onClick={() => setDraft(run.name)}>
            <Pencil size={13} />
          </ActionIcon>
        </Tooltip>
      </div>
    );
  }
  const save = () => {
    const name = draft.trim();
    if (name && name !== run.name) update.mutate({ name });
    setDraft(null);
  };
  return (
    <TextInput
      aria-label="Name"
      value={draft}
      onChange={({ currentTarget }) => setDraft(currentTarget.value)}
      onBlur={save}
      onKeyDown={({ key }) => {
        if (key === "Enter") save();
        if (key === "Escape") setDraft(null);
      }}
      maxLength={200}
      size="sm"
      w={360}
      autoFocus
    />
  );
}
