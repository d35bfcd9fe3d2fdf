import { useState } from "react";
import type { DatasetVersion, PreflightResult } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { Facts } from "@/components/preflight/Facts";
import { costFacts, lengthFacts, signalFacts } from "@/components/preflight/figures";
import { IdealLine } from "@/components/preflight/IdealLine";
import { KeepBand } from "@/components/preflight/KeepBand";
import { PassRateHistogram } from "@/components/preflight/PassRateHistogram";
import type { Band } from "@/components/preflight/passRates";
import { RewardHealth } from "@/components/preflight/RewardHealth";
import { StepTimeBar } from "@/components/preflight/StepTimeBar";
import { VerdictLine } from "@/components/preflight/VerdictLine";
import classes from "./PreflightPanel.module.css";

const FIRST_BAND: Band = [0.1, 0.9];

interface Props {
  runId: number;
  result: PreflightResult;
  isStale: boolean;
  dataset: string;
  onUse: (version: DatasetVersion) => void;
}

/** What the pre-flight found, in the width of the side panel. */
export function PreflightSummary({ runId, result, isStale, dataset, onUse }: Props) {
  const [band, setBand] = useState<Band | null>(null);
  const hasRates = result.histogram.length > 0;
  return (
    <div className={classes.summary} data-testid="preflight-result">
      {isStale && (
        <p className={classes.stale} role="status" data-testid="preflight-stale">
          Of an earlier spec: what decides the result has changed since.
        </p>
      )}
      <VerdictLine result={result} />
      <div className={classes.numbers}>
        {hasRates && (
          <PassRateHistogram histogram={result.histogram} height={120} {...(band ? { band } : {})} />
        )}
        <Facts items={[...signalFacts(result), ...lengthFacts(result)]} />
        <IdealLine ideal={result.ideal} />
        <RewardHealth rewards={result.rewards} />
        <StepTimeBar {...result} />
        <Facts items={costFacts(result)} />
      </div>
      {hasRates && (
        <details
          onToggle={({ currentTarget }) => currentTarget.open && setBand((before) => before ?? FIRST_BAND)}
        >
          <summary data-testid="open-band">Keep rows that teach</summary>
          <KeepBand
            runId={runId}
            result={result}
            dataset={dataset}
            band={band ?? FIRST_BAND}
            onBand={setBand}
            onUse={onUse}
          />
        </details>
      )}
      <AnchorLink
        to="/preflights/$runId"
        params={{ runId }}
        className={classes.full}
        data-testid="open-preflight"
      >
        All rows of the pre-flight
      </AnchorLink>
    </div>
  );
}
