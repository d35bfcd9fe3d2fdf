import { ActionIcon, Button, Group, Popover, TagsInput, Textarea, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { NotebookPen, Tag } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { RunDetail } from "@/api/types";
import { Ago, Elapsed } from "@/components/Moment";
import classes from "./RunMeta.module.css";
import { useUpdateRun } from "./useUpdateRun";

export function RunMeta({ run }: { run: RunDetail }) {
  return (
    <div className={classes.meta}>
      <Fact label="Model">{run.spec?.model.name ?? "external"}</Fact>
      {run.spec && <Fact label="Dataset">{run.spec.dataset.name}</Fact>}
      {run.spec && <Fact label="Algorithm">{run.spec.algorithm.preset}</Fact>}
      {run.worker && <Fact label="Worker">{run.worker}</Fact>}
      {run.attempt > 1 && <Fact label="Attempt">{run.attempt}</Fact>}
      <Fact label="Created">
        <Ago time={run.created_at} />
      </Fact>
      <Fact label="Took">
        <Elapsed from={run.started_at} to={run.finished_at} />
      </Fact>
      <Tags run={run} />
      <Notes run={run} />
    </div>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <span className={classes.fact}>
      <span className={classes.label}>{label}</span> {children}
    </span>
  );
}

function Tags({ run }: { run: RunDetail }) {
  const update = useUpdateRun(run.id);
  const [opened, popover] = useDisclosure(false);
  return (
    <span className={classes.tags}>
      {run.tags.map((tag) => (
        <Link key={tag} to="/" search={{ tag }} className={classes.tag}>
          {tag}
        </Link>
      ))}
      <Popover
        opened={opened}
        onChange={popover.set}
        width={280}
        position="bottom-start"
        trapFocus
        shadow="md"
      >
        <Popover.Target>
          <Tooltip label="Edit tags">
            <ActionIcon aria-label="Edit tags" size="sm" onClick={popover.toggle}>
              <Tag size={13} />
            </ActionIcon>
          </Tooltip>
        </Popover.Target>
        <Popover.Dropdown>
          <TagsInput
            label="Tags"
            description="Enter adds one"
            value={run.tags}
            onChange={(tags) => update.mutate({ tags })}
            maxTags={50}
            data-autofocus
          />
        </Popover.Dropdown>
      </Popover>
    </span>
  );
}

function Notes({ run }: { run: RunDetail }) {
  const update = useUpdateRun(run.id);
  const [draft, setDraft] = useState<string | null>(null);
  const close = () => setDraft(null);
  return (
    <Popover
      opened={draft !== null}
      onChange={(opened) => !opened && close()}
      width={420}
      position="bottom-start"
      trapFocus
      shadow="md"
    >
      <Popover.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          leftSection={<NotebookPen size={13} />}
          className={classes.notes}
          onClick={() => setDraft(run.notes)}
        >
          <span className="truncate">{run.notes || "Add notes"}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Textarea
          label="Notes"
          value={draft ?? ""}
          onChange={({ currentTarget }) => setDraft(currentTarget.value)}
          autosize
          minRows={4}
          maxRows={16}
          maxLength={20_000}
          data-autofocus
        />
        <Group justify="flex-end" mt="xs" gap="xs">
          <Button variant="default" onClick={close}>
            Discard
          </Button>
          <Button
            onClick={() => {
              update.mutate({ notes: draft ?? "" });
              close();
            }}
          >
            Save notes
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
