import { Button, Group, Modal, Select, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { FilePlus2, RotateCcw } from "lucide-react";
import { useState } from "react";
import { problemOf } from "@/api/problem";
import { customRewardsOptions } from "@/api/scoring";
import type { CustomReward } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useSessionDraft } from "@/lib/useSessionDraft";
import { CustomEditor } from "./CustomEditor";
import classes from "./CustomPane.module.css";
import { type CustomDraft, draftFrom, EMPTY_CUSTOM, parseCustom } from "./customDraft";
import { StoredVersion } from "./StoredVersion";
import type { SampleDraft } from "./sample";

const route = getRouteApi("/playground");

/** Custom rewards: the stored versions to be read, and one being written. */
export function CustomPane({ draft: sample }: { draft: SampleDraft }) {
  const { reward } = route.useSearch();
  const navigate = route.useNavigate();
  const stored = useQuery(customRewardsOptions);
  const [written, setWritten, forget] = useSessionDraft("playground.custom", parseCustom);
  // What would take the place of the draft, once its loss is agreed to.
  const [replacement, setReplacement] = useState<CustomDraft | null>(null);
  const versions = stored.data?.items ?? [];
  const open = versions.find(({ reference }) => reference === reward);
  const show = (reference: string | undefined) =>
    void navigate({ search: (old) => ({ ...old, reward: reference }) });

  const write = (draft: CustomDraft) => {
    setWritten(draft);
    setReplacement(null);
    show(undefined);
  };

  return (
    <section className={classes.pane} aria-label="Custom rewards">
      <div className={classes.tools}>
        <Select
          aria-label="Stored versions"
          placeholder={versions.length === 0 ? "Nothing is stored yet" : "Open a stored version…"}
          className={classes.versions}
          searchable
          clearable
          clearButtonProps={{ "aria-label": "Close the version" }}
          data={byName(versions)}
          value={open?.reference ?? null}
          onChange={(reference) => show(reference ?? undefined)}
          data-testid="custom-versions"
        />
        {open ? (
          <Button
            variant="default"
            leftSection={<FilePlus2 size={13} />}
            onClick={() => show(undefined)}
            data-testid="custom-new"
          >
            {written ? "Go on writing" : "New"}
          </Button>
        ) : (
          <Button
            variant="default"
            leftSection={<RotateCcw size={13} />}
            disabled={written === null}
            onClick={() => setReplacement(EMPTY_CUSTOM)}
            data-testid="custom-start-over"
          >
            Start over
          </Button>
        )}
      </div>
      {stored.isError && (
        <ProblemAlert problem={problemOf(stored.error)} onRetry={() => void stored.refetch()} />
      )}
      {reward !== undefined && stored.isSuccess && !open && (
        <p className="muted">
          There is no <code className="mono">{reward}</code>.
        </p>
      )}
      {open ? (
        <StoredVersion
          key={open.reference}
          version={open}
          sample={sample}
          onEdit={() => (written ? setReplacement(draftFrom(open)) : write(draftFrom(open)))}
        />
      ) : (
        <CustomEditor
          draft={written ?? EMPTY_CUSTOM}
          sample={sample}
          onChange={(changes) => setWritten((before) => ({ ...(before ?? EMPTY_CUSTOM), ...changes }))}
          onStored={({ reference }) => {
            forget();
            show(reference);
          }}
        />
      )}
      <Modal
        opened={replacement !== null}
        onClose={() => setReplacement(null)}
        title="Throw the draft away?"
        size="sm"
      >
        <Text size="sm">
          {written?.name ? `The draft “${written.name}”` : "The draft"} was not stored. Its code and its cases
          would be lost.
        </Text>
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" onClick={() => setReplacement(null)} data-autofocus>
            Keep it
          </Button>
          <Button color="red" onClick={() => replacement && write(replacement)} data-testid="confirm-replace">
            Throw away
          </Button>
        </Group>
      </Modal>
    </section>
  );
}

function byName(versions: readonly CustomReward[]) {
  const groups = new Map<string, { value: string; label: string }[]>();
  for (const { name, reference, version, created_at } of versions) {
    const label = `${name} ${version} · ${created_at.slice(0, 10)}`;
    groups.set(name, [...(groups.get(name) ?? []), { value: reference, label }]);
  }
  return [...groups].map(([group, items]) => ({ group, items }));
}
