import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ChartSpline } from "lucide-react";
import { useMemo, useRef } from "react";
import { rolloutStepsOptions } from "@/api/rollouts";
import { runOptions } from "@/api/runs";
import { metricsOptions, seriesOptions } from "@/api/series";
import type { MetricList, Series } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { Loading } from "@/components/Loading";
import { QueryState } from "@/components/QueryState";
import { nearestIndex } from "@/lib/numbers";
import { Store } from "@/lib/store";
import { AllMetrics } from "./AllMetrics";
import { extent, STEP_AXIS, timeAxis } from "./axis";
import { ChartControls } from "./ChartControls";
import { ChartPanel } from "./ChartPanel";
import classes from "./OverviewTab.module.css";
import { mainPanels, otherPanels } from "./panels";
import type { OverviewSearch } from "./search";
import { type Overview, OverviewContext } from "./useOverview";

const route = getRouteApi("/runs/$runId/");

export function OverviewTab() {
  const { runId } = route.useParams();
  const metrics = useQuery(metricsOptions(runId));
  return (
    <QueryState query={metrics} loading={<LoadingCharts />}>
      {(list) => (list.items.length > 0 ? <Charts metrics={list} /> : <NoMetrics />)}
    </QueryState>
  );
}

function Charts({ metrics }: { metrics: MetricList }) {
  const overview = useOverviewState();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: OverviewSearch) => void navigate({ search: next, replace: true });

  const names = metrics.items.map(({ key }) => key).join("\n");
  const { main, others } = useMemo(() => {
    const keys = new Set(names.split("\n"));
    const panels = mainPanels(keys);
    return { main: panels, others: otherPanels(keys, panels) };
  }, [names]);

  return (
    <OverviewContext value={overview}>
      <ChartControls search={search} onChange={change} />
      <div className={classes.grid}>
        {main.map((panel) => (
          <ChartPanel key={panel.id} panel={panel} />
        ))}
      </div>
      {others.length > 0 && (
        <AllMetrics
          panels={others}
          filter={search.metric ?? ""}
          onFilter={(metric) => change({ ...search, metric: metric || undefined })}
        />
      )}
    </OverviewContext>
  );
}

function useOverviewState(): Overview {
  const { runId } = route.useParams();
  const { smooth = 0, log = false, time = false, from, to } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: run } = useQuery(runOptions(runId));
  const { data: rewards } = useQuery(seriesOptions(runId, ["reward"]));
  const { data: captured } = useQuery(rolloutStepsOptions(runId, "train"));
  const crosshair = useRef(new Store<number | null>(null)).current;
  const reward = rewards?.series[0];
  const start = reward?.times[0] ?? 0;
  const end = reward?.times.at(-1) ?? 0;
  const lastStep = run?.step ?? 0;

  return useMemo(() => {
    const axis = time ? timeAxis(start, end) : STEP_AXIS;
    const zoomed = from !== undefined && to !== undefined;
    const extentOf = (series: readonly Series[]): [number, number] => {
      if (!time) return zoomed ? [from, to] : [0, Math.max(1, lastStep)];
      return extent(zoomed || !reward ? series : [...series, reward], axis);
    };
    const onOpenStep = (step: number) => {
      const nearest = captured?.steps[nearestIndex(captured.steps, step)];
      void navigate({ to: "/runs/$runId/rollouts", params: { runId }, search: { step: nearest ?? step } });
    };
    return {
      runId,
      range: zoomed ? { from, to } : {},
      axis,
      smoothing: smooth,
      log,
      extentOf,
      crosshair,
      onZoom: (range) =>
        void navigate({ to: ".", search: (old) => ({ ...old, from: range?.from, to: range?.to }) }),
      onOpenStep,
    };
  }, [runId, smooth, log, time, from, to, start, end, lastStep, reward, captured, crosshair, navigate]);
}

function LoadingCharts() {
  return (
    <Loading what="charts" className={classes.grid}>
      {[1, 2, 3, 4, 5, 6].map((panel) => (
        <Skeleton key={panel} height={236} radius="lg" />
      ))}
    </Loading>
  );
}

function NoMetrics() {
  return (
    <EmptyState icon={<ChartSpline size={22} />} title="No metrics yet">
      The curves start here with the first finished step.
    </EmptyState>
  );
}
