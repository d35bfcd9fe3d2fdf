import { Drawer, SegmentedControl, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { rolloutOptions } from "@/api/rollouts";
import type { RolloutDetail } from "@/api/types";
import { QueryState } from "@/components/QueryState";
import { formatFixed, formatSigned, plural } from "@/lib/format";
import { choiceParam } from "@/lib/search";
import { CompletionText } from "./CompletionText";
import { ScoreChip } from "./ScoreChip";
import classes from "./TokenDrawer.module.css";
import { TokenText } from "./TokenText";
import { MEASURES, type Measure } from "./tokens";

interface Props {
  rolloutId: number | null;
  onClose: () => void;
}

/** One completion, token by token. */
export function TokenDrawer({ rolloutId, onClose }: Props) {
  return (
    <Drawer
      opened={rolloutId !== null}
      onClose={onClose}
      position="right"
      size="min(760px, 100vw)"
      title="Tokens of the completion"
      overlayProps={{ backgroundOpacity: 0.25 }}
      data-testid="token-drawer"
    >
      {rolloutId !== null && <Body rolloutId={rolloutId} />}
    </Drawer>
  );
}

function Body({ rolloutId }: { rolloutId: number }) {
  const rollout = useQuery(rolloutOptions(rolloutId));
  return (
    <QueryState query={rollout} loading={<Skeleton height={300} />}>
      {(detail) => <Tokens rollout={detail} />}
    </QueryState>
  );
}

function Tokens({ rollout }: { rollout: RolloutDetail }) {
  const [measure, setMeasure] = useState<Measure>("logps");
  return (
    <>
      <div className={classes.facts}>
        <span>
          Step <b className="num">{rollout.step}</b>
        </span>
        <span>
          Completion <b className="num">#{rollout.index}</b>
        </span>
        <span>
          Reward <b className="num">{formatFixed(rollout.reward, 3)}</b>
        </span>
        <span>
          Advantage <b className="num">{formatSigned(rollout.advantage, 3)}</b>
        </span>
        <span>{plural(rollout.length, "token")}</span>
        {rollout.truncated && <span className={classes.truncated}>truncated</span>}
        {Object.entries(rollout.scores).map(([name, score]) => (
          <ScoreChip key={name} name={name} score={score} note={rollout.notes[name]} />
        ))}
      </div>
      {rollout.tokens ? (
        <>
          <SegmentedControl
            size="xs"
            aria-label="Colour the tokens by"
            data={[
              { value: "logps", label: "Log-probability" },
              { value: "entropies", label: "Entropy" },
            ]}
            value={measure}
            onChange={(value) => setMeasure(choiceParam(value, MEASURES) ?? "logps")}
          />
          <TokenText
            tokens={rollout.tokens}
            ids={rollout.token_ids}
            logps={rollout.logps}
            entropies={rollout.entropies}
            measure={measure}
          />
        </>
      ) : (
        <>
          <p className="muted">The tokens of this completion were not captured (capture.tokens is off).</p>
          <CompletionText text={rollout.completion} raw />
        </>
      )}
    </>
  );
}
