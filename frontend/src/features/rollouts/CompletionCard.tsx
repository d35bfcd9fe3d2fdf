import { Button, Tooltip } from "@mantine/core";
import { Rows3 } from "lucide-react";
import type { CSSProperties, ReactNode } from "react";
import type { Rollout } from "@/api/types";
import { formatCount, formatFixed, formatSigned } from "@/lib/format";
import { clamp } from "@/lib/numbers";
import classes from "./CompletionCard.module.css";
import { CompletionText } from "./CompletionText";
import { ScoreChip } from "./ScoreChip";

interface Props {
  rollout: Rollout;
  raw: boolean;
  onTokens: () => void;
  /** More that can be done with the completion. */
  actions?: ReactNode;
}

/** An advantage of this size has the full colour. */
const FULL_ADVANTAGE = 2;

export function advantageStyle(advantage: number | null): CSSProperties {
  const strength = Math.round(clamp(Math.abs(advantage ?? 0) / FULL_ADVANTAGE, 0, 1) * 100);
  const colour = (advantage ?? 0) >= 0 ? "var(--rd-up)" : "var(--rd-down)";
  return {
    "--advantage": `color-mix(in srgb, ${colour} ${20 + strength * 0.8}%, var(--rd-border))`,
    "--advantage-bg": `color-mix(in srgb, ${colour} ${strength * 0.22}%, transparent)`,
  };
}

export function CompletionCard({ rollout, raw, onTokens, actions }: Props) {
  const { advantage } = rollout;
  return (
    <section
      className={classes.card}
      style={advantageStyle(advantage)}
      aria-label={`Completion ${rollout.index}`}
      data-testid="completion-card"
    >
      <header className={classes.header}>
        <span className={classes.index}>#{rollout.index}</span>
        <Tooltip label="Reward: weighted sum of the scores">
          <b className={classes.reward}>{formatFixed(rollout.reward, 2)}</b>
        </Tooltip>
        <Tooltip label="Advantage: what the loss multiplies this completion with">
          <span className={classes.advantage} data-testid="advantage">
            {formatSigned(advantage)}
          </span>
        </Tooltip>
        <span className={classes.length}>
          {rollout.truncated && <span className={classes.truncated}>truncated</span>}
          {formatCount(rollout.length)} tok
        </span>
      </header>
      <CompletionText text={rollout.completion} raw={raw} />
      <footer className={classes.footer}>
        <span className={classes.scores}>
          {Object.entries(rollout.scores).map(([name, score]) => (
            <ScoreChip key={name} name={name} score={score} note={rollout.notes[name]} />
          ))}
        </span>
        <span className={classes.actions}>
          {actions}
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            leftSection={<Rows3 size={12} />}
            onClick={onTokens}
            data-testid="open-tokens"
          >
            Tokens
          </Button>
        </span>
      </footer>
    </section>
  );
}
