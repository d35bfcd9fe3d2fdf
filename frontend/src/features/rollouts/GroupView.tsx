import { SegmentedControl, Switch } from "@mantine/core";
import type { Group } from "@/api/types";
import { formatFixed, plural } from "@/lib/format";
import { choiceParam } from "@/lib/search";
import { CompletionCard } from "./CompletionCard";
import classes from "./GroupView.module.css";
import { ordered } from "./group";
import { PromptView } from "./PromptView";
import { RolloutActions } from "./RolloutActions";
import { ORDERS, type Order } from "./search";

const ORDER_NAMES: Record<Order, string> = {
  index: "Order",
  reward: "Reward",
  advantage: "Advantage",
  length: "Length",
};

interface Props {
  group: Group;
  order: Order;
  raw: boolean;
  isStale: boolean;
  onRaw: (raw: boolean) => void;
  onOrder: (order: Order | undefined) => void;
  onTokens: (rolloutId: number) => void;
}

/** The open group: its prompt, and its completions side by side. */
export function GroupView({ group, order, raw, isStale, onRaw, onOrder, onTokens }: Props) {
  return (
    <article className={classes.group} aria-label={`Group ${group.index}`} data-stale={isStale || undefined}>
      <PromptView group={group} />
      <div className={classes.tools}>
        <h2>{plural(group.n_rollouts, "completion")}</h2>
        <span className="muted num">
          reward {formatFixed(group.reward_mean, 3)} ± {formatFixed(group.reward_std, 3)} ·{" "}
          {formatFixed(group.length_mean, 1)} tokens
        </span>
        <span className={classes.right}>
          <Switch label="Raw" checked={raw} onChange={({ currentTarget }) => onRaw(currentTarget.checked)} />
          <SegmentedControl
            size="xs"
            aria-label="Sort completions by"
            data={ORDERS.map((value) => ({ value, label: ORDER_NAMES[value] }))}
            value={order}
            onChange={(value) => onOrder(choiceParam(value, ORDERS))}
          />
        </span>
      </div>
      <div className={classes.grid}>
        {ordered(group.rollouts, order).map((rollout) => (
          <CompletionCard
            key={rollout.id}
            rollout={rollout}
            raw={raw}
            onTokens={() => onTokens(rollout.id)}
            actions={<RolloutActions runId={group.run_id} rollout={rollout} />}
          />
        ))}
      </div>
    </article>
  );
}
