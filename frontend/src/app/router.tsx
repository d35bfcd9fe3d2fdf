import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
} from "@tanstack/react-router";
import { validateDatasetSearch, validateNewDatasetSearch } from "@/features/datasets/search";
import { validateLaunchSearch } from "@/features/launch/search";
import { validateLogsSearch } from "@/features/logs/search";
import { validateOverviewSearch } from "@/features/metrics/search";
import { validatePlaygroundSearch } from "@/features/playground/search";
import { validatePreflightSearch } from "@/features/preflight/search";
import { validateRescoreSearch } from "@/features/rescore/search";
import { validateRolloutsSearch } from "@/features/rollouts/search";
import { RunsPage } from "@/features/runs/RunsPage";
import { validateRunsSearch } from "@/features/runs/search";
import { intParam, parseSearch, stringifySearch } from "@/lib/search";
import { ErrorPage } from "./ErrorPage";
import { NotFoundPage } from "./NotFoundPage";
import { Shell } from "./Shell";

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage });

const runsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  validateSearch: validateRunsSearch,
  component: RunsPage,
});

const launchRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/launch",
  validateSearch: validateLaunchSearch,
  component: lazyRouteComponent(() => import("@/features/launch/LaunchPage"), "LaunchPage"),
});

const playgroundRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/playground",
  validateSearch: validatePlaygroundSearch,
  component: lazyRouteComponent(() => import("@/features/playground/PlaygroundPage"), "PlaygroundPage"),
});

const datasetsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/datasets",
  component: lazyRouteComponent(() => import("@/features/datasets/DatasetsPage"), "DatasetsPage"),
});

const newDatasetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/datasets/new",
  validateSearch: validateNewDatasetSearch,
  component: lazyRouteComponent(() => import("@/features/datasets/NewDatasetPage"), "NewDatasetPage"),
});

const datasetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/datasets/$datasetId",
  params: {
    parse: ({ datasetId }) => {
      const id = intParam(datasetId, { min: 1 });
      if (id === undefined) throw notFound();
      return { datasetId: id };
    },
    stringify: ({ datasetId }) => ({ datasetId: String(datasetId) }),
  },
  validateSearch: validateDatasetSearch,
  component: lazyRouteComponent(() => import("@/features/datasets/DatasetPage"), "DatasetPage"),
});

const workersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/workers",
  component: lazyRouteComponent(() => import("@/features/workers/WorkersPage"), "WorkersPage"),
});

const runParams = {
  parse: ({ runId }: { runId: string }) => {
    const id = intParam(runId, { min: 1 });
    if (id === undefined) throw notFound();
    return { runId: id };
  },
  stringify: ({ runId }: { runId: number }) => ({ runId: String(runId) }),
};

const preflightRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/preflights/$runId",
  params: runParams,
  validateSearch: validatePreflightSearch,
  component: lazyRouteComponent(() => import("@/features/preflight/PreflightPage"), "PreflightPage"),
});

const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs/$runId",
  params: runParams,
  component: lazyRouteComponent(() => import("@/features/run/RunLayout"), "RunLayout"),
});

const overviewRoute = createRoute({
  getParentRoute: () => runRoute,
  path: "/",
  validateSearch: validateOverviewSearch,
  component: lazyRouteComponent(() => import("@/features/metrics/OverviewTab"), "OverviewTab"),
});

const rolloutsRoute = createRoute({
  getParentRoute: () => runRoute,
  path: "/rollouts",
  validateSearch: validateRolloutsSearch,
  component: lazyRouteComponent(() => import("@/features/rollouts/RolloutsTab"), "RolloutsTab"),
});

const rescoreRoute = createRoute({
  getParentRoute: () => runRoute,
  path: "/rescore",
  validateSearch: validateRescoreSearch,
  component: lazyRouteComponent(() => import("@/features/rescore/RescoreTab"), "RescoreTab"),
});

const specRoute = createRoute({
  getParentRoute: () => runRoute,
  path: "/spec",
  component: lazyRouteComponent(() => import("@/features/spec/SpecTab"), "SpecTab"),
});

const logsRoute = createRoute({
  getParentRoute: () => runRoute,
  path: "/logs",
  validateSearch: validateLogsSearch,
  component: lazyRouteComponent(() => import("@/features/logs/LogsTab"), "LogsTab"),
});

const checkpointsRoute = createRoute({
  getParentRoute: () => runRoute,
  path: "/checkpoints",
  component: lazyRouteComponent(() => import("@/features/run/CheckpointsTab"), "CheckpointsTab"),
});

const attemptsRoute = createRoute({
  getParentRoute: () => runRoute,
  path: "/attempts",
  component: lazyRouteComponent(() => import("@/features/run/AttemptsTab"), "AttemptsTab"),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    runsRoute,
    launchRoute,
    datasetsRoute,
    newDatasetRoute,
    datasetRoute,
    playgroundRoute,
    workersRoute,
    preflightRoute,
    runRoute.addChildren([
      overviewRoute,
      rolloutsRoute,
      rescoreRoute,
      specRoute,
      logsRoute,
      checkpointsRoute,
      attemptsRoute,
    ]),
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  defaultErrorComponent: ErrorPage,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
