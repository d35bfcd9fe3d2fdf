import { Button, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Download, Trash2 } from "lucide-react";
import { datasetsKey, deleteVersion, exportUrl } from "@/api/datasets";
import { problemOf } from "@/api/problem";
import type { DatasetVersion } from "@/api/types";
import { CopyAction } from "@/components/CopyAction";
import { Ago } from "@/components/Moment";
import { ProblemAlert } from "@/components/ProblemAlert";
import { plural } from "@/lib/format";
import classes from "./SourceTab.module.css";

/** Where a version came from, what it is called, and what can be done with it. */
export function SourceTab({ version }: { version: DatasetVersion }) {
  const [asks, { open, close }] = useDisclosure();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteVersion(version.id),
    onSuccess: async () => {
      await navigate({ to: "/datasets" });
      await queryClient.invalidateQueries({ queryKey: datasetsKey });
    },
  });
  const described: [string, unknown][] = [
    ["Source", version.source],
    ["Mapping", version.mapping],
    ["Splits", version.split_options],
  ];
  return (
    <div className={classes.tab}>
      <dl className={classes.facts}>
        {version.reference && (
          <div>
            <dt>In a spec</dt>
            <dd className="mono">
              {version.reference} <CopyAction text={version.reference} what="reference" />
            </dd>
          </div>
        )}
        {version.sha256 && (
          <div>
            <dt>SHA-256 of the rows</dt>
            <dd className="mono">{version.sha256}</dd>
          </div>
        )}
        <div>
          <dt>Created</dt>
          <dd>
            <Ago time={version.created_at} />
          </dd>
        </div>
        <div>
          <dt>Used by</dt>
          <dd>{plural(version.used_by_runs, "run")}</dd>
        </div>
        {version.recipe && (
          <div>
            <dt>Recipe of its rewards</dt>
            <dd>{version.recipe}</dd>
          </div>
        )}
      </dl>
      {described.map(([title, value]) =>
        value ? (
          <section key={title}>
            <h2 className={classes.title}>{title}</h2>
            <pre className={classes.json}>{JSON.stringify(value, dropNull, 2)}</pre>
          </section>
        ) : null,
      )}
      <div className={classes.actions}>
        {version.state === "ready" && (
          <Button
            component="a"
            href={exportUrl(version.id)}
            download={`${version.name}-v${version.number}.jsonl`}
            variant="default"
            leftSection={<Download size={14} />}
          >
            Export as JSON Lines
          </Button>
        )}
        <Button
          variant="default"
          color="red"
          leftSection={<Trash2 size={14} />}
          onClick={open}
          data-testid="delete-version"
        >
          Delete this version
        </Button>
      </div>
      <Modal opened={asks} onClose={close} title={`Delete version ${version.number} of ${version.name}?`}>
        <p>Its rows cannot be brought back. Runs that were trained on it keep it from being deleted.</p>
        {remove.isError && <ProblemAlert problem={problemOf(remove.error)} />}
        <Button
          color="red"
          mt="sm"
          loading={remove.isPending}
          onClick={() => remove.mutate()}
          data-testid="confirm-delete"
        >
          Delete
        </Button>
      </Modal>
    </div>
  );
}

function dropNull(_key: string, value: unknown): unknown {
  return value === null ? undefined : value;
}
