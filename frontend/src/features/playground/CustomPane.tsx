import { Button, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { FilePlus2 } from "lucide-react";
import { problemOf } from "@/api/problem";
import { customRewardsOptions } from "@/api/scoring";
import type { CustomReward } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useSessionDraft } from "@/lib/useSessionDraft";
import { CustomEditor } from "./CustomEditor";
import classes from "./CustomPane.module.css";
import { draftFrom, EMPTY_CUSTOM, parseCustom } from "./customDraft";
import { StoredVersion } from "./StoredVersion";
import type { SampleDraft } from "./sample";

const route = getRouteApi("/playground");

/** Custom rewards: the stored versions to be read, and one being written. */
export function CustomPane({ draft: sample }: { draft: SampleDraft }) {
  const { reward } = route.useSearch();
  const navigate = route.useNavigate();
  const stored = useQuery(customRewardsOptions);
  const [written, setWritten, forget] = useSessionDraft("playground.custom", parseCustom);
  const versions = stored.data?.items ?? [];
  const open = versions.find(({ reference }) => reference === reward);
  const show = (reference: string | undefined) =>
    void navigate({ search: (old) => ({ ...old, reward: reference }) });

  return (
    <section className={classes.pane} aria-label="Custom rewards">
      <div className={classes.tools}>
        <Select
          aria-label="Stored versions"
          placeholder={versions.length === 0 ? "Nothing is stored yet" : "Open a stored version…"}
          className={classes.versions}
          searchable
          clearable
          data={byName(versions)}
          value={open?.reference ?? null}
          onChange={(reference) => show(reference ?? undefined)}
          data-testid="custom-versions"
        />
        <Button
          variant="default"
          leftSection={<FilePlus2 size={13} />}
          onClick={() => {
            forget();
            show(undefined);
          }}
          data-testid="custom-new"
        >
          New
        </Button>
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
          onEdit={() => {
            setWritten(draftFrom(open));
            show(undefined);
          }}
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
