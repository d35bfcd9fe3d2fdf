import { Button, Select, Tabs } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Plus, Rocket, X } from "lucide-react";
import { cancelImport, datasetOptions, datasetsKey } from "@/api/datasets";
import { problemOf } from "@/api/problem";
import type { DatasetDetail, DatasetVersion } from "@/api/types";
import { ButtonLink } from "@/components/links";
import { ProblemAlert } from "@/components/ProblemAlert";
import { ProgressBar } from "@/components/ProgressBar";
import { QueryState } from "@/components/QueryState";
import { formatCount } from "@/lib/format";
import classes from "./DatasetPage.module.css";
import { FindingsTab } from "./FindingsTab";
import { RowsTab } from "./RowsTab";
import { SourceTab } from "./SourceTab";
import { StatisticsTab } from "./StatisticsTab";
import { TABS } from "./search";

const route = getRouteApi("/datasets/$datasetId");

export function DatasetPage() {
  const { datasetId } = route.useParams();
  const dataset = useQuery(datasetOptions(datasetId));
  useDocumentTitle(`${dataset.data?.name ?? "Data set"} · rftdeck`);
  return <QueryState query={dataset}>{(detail) => <Detail detail={detail} />}</QueryState>;
}

function Detail({ detail }: { detail: DatasetDetail }) {
  const { version: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const version = detail.versions.find(({ id }) => id === asked) ?? detail.newest;
  return (
    <>
      <header className={classes.head}>
        <h1 className={classes.title} data-testid="dataset-title">
          {detail.name}
        </h1>
        <Select
          aria-label="Version"
          size="xs"
          w={190}
          allowDeselect={false}
          data={detail.versions.map(({ id, number, rows, state }) => ({
            value: String(id),
            label: `v${number} · ${state === "ready" ? `${formatCount(rows)} rows` : state}`,
          }))}
          value={String(version.id)}
          onChange={(id) => id && void navigate({ search: { version: Number(id) } })}
          data-testid="version"
        />
        <span className={classes.tools}>
          <ButtonLink
            to="/datasets/new"
            search={{ name: detail.name }}
            variant="default"
            leftSection={<Plus size={14} />}
          >
            New version
          </ButtonLink>
          {version.reference && (
            <ButtonLink
              to="/launch"
              search={{ dataset: version.reference }}
              leftSection={<Rocket size={14} />}
              data-testid="launch-on-dataset"
            >
              Launch on this data set
            </ButtonLink>
          )}
        </span>
        {detail.description && <p className={classes.description}>{detail.description}</p>}
      </header>
      {version.state === "ready" ? <Ready version={version} /> : <Unready version={version} />}
    </>
  );
}

function Ready({ version }: { version: DatasetVersion }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const told = version.findings.filter(({ level }) => level !== "info").length;
  const titles = { rows: "Rows", statistics: "Statistics", findings: "Findings", source: "Source" };
  return (
    <Tabs
      value={search.tab ?? "rows"}
      onChange={(tab) =>
        void navigate({
          search: (old) => ({ ...old, tab: TABS.find((known) => known === tab && known !== "rows") }),
        })
      }
      keepMounted={false}
    >
      <Tabs.List mb="md">
        {TABS.map((tab) => (
          <Tabs.Tab key={tab} value={tab} data-testid={`dataset-${tab}`}>
            {titles[tab]}
            {tab === "findings" && told > 0 && <span className={classes.count}>{told}</span>}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="rows">
        <RowsTab version={version} />
      </Tabs.Panel>
      <Tabs.Panel value="statistics">
        <StatisticsTab version={version} />
      </Tabs.Panel>
      <Tabs.Panel value="findings">
        <FindingsTab version={version} />
      </Tabs.Panel>
      <Tabs.Panel value="source">
        <SourceTab version={version} />
      </Tabs.Panel>
    </Tabs>
  );
}

/** An import under way, or what is left of one. */
function Unready({ version }: { version: DatasetVersion }) {
  const queryClient = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelImport(version.id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: datasetsKey }),
  });
  if (version.state === "importing") {
    return (
      <section className={classes.importing} aria-label="Import" data-testid="importing">
        <ProgressBar fraction={version.job?.fraction ?? null} label="Import" />
        <p>{version.job?.message ?? "Waiting for its turn"}</p>
        <Button
          variant="default"
          size="xs"
          leftSection={<X size={13} />}
          loading={cancel.isPending}
          onClick={() => cancel.mutate()}
          data-testid="cancel-import"
        >
          Cancel
        </Button>
        {cancel.isError && <ProblemAlert problem={problemOf(cancel.error)} />}
      </section>
    );
  }
  const failed = version.state === "failed";
  return (
    <>
      <ProblemAlert
        problem={{
          title: failed ? "The import failed" : "The import was cancelled",
          status: 0,
          detail: failed ? (version.job?.error ?? "Nobody said why.") : "Nothing of it was kept.",
          errors: [],
        }}
      />
      {version.problems.length > 0 && <FindingsTab version={version} />}
      <SourceTab version={version} />
    </>
  );
}
