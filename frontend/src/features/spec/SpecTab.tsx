import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { FileCode2 } from "lucide-react";
import { presetsOptions } from "@/api/catalog";
import { runOptions } from "@/api/runs";
import type { Difference, PresetList, RunDetail } from "@/api/types";
import { AlgorithmDifferences } from "@/components/AlgorithmDifferences";
import { CopyAction } from "@/components/CopyAction";
import { EmptyState } from "@/components/EmptyState";
import { ButtonLink } from "@/components/links";
import { QueryState } from "@/components/QueryState";
import { YamlText } from "@/components/YamlText";
import { isJsonObject, sameJson } from "@/lib/json";
import { toYaml } from "@/lib/yaml";
import classes from "./SpecTab.module.css";

const route = getRouteApi("/runs/$runId/spec");

export function SpecTab() {
  const { runId } = route.useParams();
  const run = useQuery(runOptions(runId));
  return <QueryState query={run}>{(detail) => <Spec run={detail} />}</QueryState>;
}

function Spec({ run }: { run: RunDetail }) {
  const presets = useQuery(presetsOptions);
  const spec: unknown = run.spec ?? run.config;
  if (!isJsonObject(spec) || Object.keys(spec).length === 0) {
    return (
      <EmptyState icon={<FileCode2 size={22} />} title="No spec">
        This run is trained by a script of its own, which said nothing of its configuration.
      </EmptyState>
    );
  }
  const yaml = toYaml(spec);
  return (
    <div className={classes.columns}>
      <section className={classes.card} aria-label="Spec">
        <header className={classes.header}>
          <h2>{run.spec ? "Spec" : "Configuration"}</h2>
          <CopyAction text={yaml} what="YAML" />
          {run.spec && (
            <ButtonLink to="/launch" search={{ from: run.id }} variant="light" className={classes.copy}>
              Launch a copy
            </ButtonLink>
          )}
        </header>
        <YamlText text={yaml} />
      </section>
      {run.spec && presets.data && (
        <aside className={classes.card} aria-label="Algorithm">
          <header className={classes.header}>
            <h2>{presets.data.algorithms[run.spec.algorithm.preset]?.title ?? run.spec.algorithm.preset}</h2>
            <span className="muted">against GRPO</span>
          </header>
          <div className={classes.body}>
            <AlgorithmDifferences differences={differencesOf(run, presets.data)} />
            <p className="muted">{presets.data.algorithms[run.spec.algorithm.preset]?.summary}</p>
          </div>
        </aside>
      )}
    </div>
  );
}

function differencesOf({ algorithm }: RunDetail, { grpo }: PresetList): Difference[] {
  if (!isJsonObject(algorithm) || !isJsonObject(grpo)) return [];
  return Object.entries(grpo)
    .filter(([field, value]) => !sameJson(value, algorithm[field]))
    .map(([field, value]) => ({ field, grpo: value, value: algorithm[field] }));
}
