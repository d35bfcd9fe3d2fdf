import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { PreflightResult } from "@/api/types";
import { Facts } from "@/components/preflight/Facts";
import { costFacts, lengthFacts, signalFacts } from "@/components/preflight/figures";
import { IdealLine } from "@/components/preflight/IdealLine";
import { KeepBand } from "@/components/preflight/KeepBand";
import { PassRateHistogram } from "@/components/preflight/PassRateHistogram";
import type { Band } from "@/components/preflight/passRates";
import { RewardHealth } from "@/components/preflight/RewardHealth";
import { StepTimeBar } from "@/components/preflight/StepTimeBar";
import { VerdictLine } from "@/components/preflight/VerdictLine";
import { MemoryBar } from "./MemoryBar";
import classes from "./PreflightPage.module.css";
import { RowTable } from "./RowTable";

const route = getRouteApi("/preflights/$runId");

interface Props {
  runId: number;
  result: PreflightResult;
  dataset: string;
}

export function Result({ runId, result, dataset }: Props) {
  const { from, to } = route.useSearch();
  const navigate = route.useNavigate();
  const band: Band = [(from ?? 10) / 100, (to ?? 90) / 100];
  const isChosen = from !== undefined || to !== undefined;
  const hasRates = result.histogram.length > 0;
  const setBand = ([low, high]: Band) =>
    void navigate({
      search: { from: Math.round(low * 100), to: Math.round(high * 100) },
      replace: true,
      resetScroll: false,
    });

  return (
    <div className={classes.result} data-testid="preflight-result">
      <VerdictLine result={result} />
      <div className={classes.cards}>
        {hasRates && (
          <Card title="Pass rates" wide>
            <PassRateHistogram histogram={result.histogram} height={190} {...(isChosen ? { band } : {})} />
          </Card>
        )}
        <Card title="Signal and lengths">
          <Facts items={[...signalFacts(result), ...lengthFacts(result)]} />
          <IdealLine ideal={result.ideal} />
        </Card>
        <Card title="Rewards">
          <RewardHealth rewards={result.rewards} />
        </Card>
        <Card title="Cost of the run" wide>
          <StepTimeBar {...result} />
          <Facts items={costFacts(result)} />
          <MemoryBar used={result.memory_bytes} limit={result.memory_limit_bytes} device={result.device} />
        </Card>
        {hasRates && (
          <Card title="Keep rows that teach" wide>
            <KeepBand runId={runId} result={result} dataset={dataset} band={band} onBand={setBand} />
          </Card>
        )}
      </div>
      <RowTable runId={runId} result={result} band={isChosen ? band : null} />
    </div>
  );
}

function Card({ title, wide = false, children }: { title: string; wide?: boolean; children: ReactNode }) {
  return (
    <section className={classes.card} data-wide={wide || undefined}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
