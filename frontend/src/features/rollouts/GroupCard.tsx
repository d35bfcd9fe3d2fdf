import { type ReactNode, useEffect, useRef } from "react";
import { mediaUrl } from "@/api/http";
import type { Group } from "@/api/types";
import { formatFixed } from "@/lib/format";
import classes from "./GroupCard.module.css";
import { hasNoSignal, promptExcerpt, verdictOf } from "./group";

interface Props {
  group: Group;
  outcomeRewards: ReadonlySet<string>;
  isOpen: boolean;
  onOpen: () => void;
}

/** A group in the list: its prompt, how its completions did, and what is remarkable about them. */
export function GroupCard({ group, outcomeRewards, isOpen, onOpen }: Props) {
  const ref = useRef<HTMLButtonElement>(null);
  const verdict = verdictOf(group.rollouts, outcomeRewards);
  const image = group.images[0];
  useEffect(() => {
    if (isOpen) ref.current?.scrollIntoView?.({ block: "nearest" });
  }, [isOpen]);

  return (
    <button
      ref={ref}
      type="button"
      className={classes.card}
      aria-current={isOpen || undefined}
      data-testid="group-card"
      data-group-index={group.index}
      onClick={onOpen}
    >
      {image && <img src={mediaUrl(image)} alt="" className={classes.thumb} loading="lazy" />}
      <span className={classes.body}>
        <span className={classes.prompt}>{promptExcerpt(group.prompt) || "(no text)"}</span>
        <RewardStrip group={group} />
        <span className={classes.facts}>
          <span className="num">
            <b>{formatFixed(group.reward_mean, 2)}</b> ± {formatFixed(group.reward_std, 2)}
          </span>
          {verdict !== "mixed" && <Badge tone={verdict === "all right" ? "good" : "bad"}>{verdict}</Badge>}
          {hasNoSignal(group) && <Badge tone="idle">no signal</Badge>}
          {group.n_truncated > 0 && <Badge tone="warn">{group.n_truncated} truncated</Badge>}
          {group.superseded && <Badge tone="idle">superseded</Badge>}
        </span>
      </span>
    </button>
  );
}

function Badge({ tone, children }: { tone: "good" | "bad" | "warn" | "idle"; children: ReactNode }) {
  return (
    <span className={classes.badge} data-tone={tone}>
      {children}
    </span>
  );
}

/** One cell a completion, as high as its reward within the group's step. */
function RewardStrip({ group }: { group: Group }) {
  const rewards = group.rollouts.map(({ reward }) => reward);
  const high = Math.max(1, ...rewards.map((reward) => Math.abs(reward ?? 0)));
  return (
    <span className={classes.strip} aria-hidden>
      {group.rollouts.slice(0, 32).map(({ id, reward, advantage }) => (
        <i
          key={id}
          data-sign={advantage === null || advantage === 0 ? "none" : advantage > 0 ? "up" : "down"}
          style={{ height: `${reward === null ? 8 : 12 + (Math.abs(reward) / high) * 88}%` }}
        />
      ))}
    </span>
  );
}
