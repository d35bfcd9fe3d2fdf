import type { Rescore } from "@/api/types";
import { Ago } from "@/components/Moment";
import { sumText } from "@/components/rewards/library";
import classes from "./RescoreTab.module.css";

interface Props {
  items: readonly Rescore[];
  shown: number | undefined;
  onOpen: (rescoreId: number) => void;
}

/** Earlier re-scorings of the run, newest first. */
export function History({ items, shown, onOpen }: Props) {
  return (
    <section aria-label="Earlier re-scorings">
      <h2>Earlier</h2>
      <ul className={classes.history}>
        {items.map(({ id, request, job, created_at }) => (
          <li key={id}>
            <button
              type="button"
              className={classes.entry}
              aria-current={id === shown || undefined}
              onClick={() => onOpen(id)}
              data-testid="rescore-entry"
            >
              <span className={classes.rewards}>{sumText(request.rewards)}</span>
              <span className={classes.facts}>
                <span>#{id}</span>
                <Ago time={created_at} />
                {request.scale_rewards && <span>scaled: {request.scale_rewards}</span>}
                <Range from={request.from_step} to={request.to_step} />
                {job.state !== "completed" && (
                  <span data-tone={job.state === "failed" ? "bad" : "info"}>{job.state}</span>
                )}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Range({ from, to }: { from: number | null; to: number | null }) {
  if (from === null && to === null) return null;
  return (
    <span>
      steps {from ?? "first"} to {to ?? "last"}
    </span>
  );
}
