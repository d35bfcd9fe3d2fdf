import { notifyManager, type QueryClient } from "@tanstack/react-query";
import { isStreamedEvent } from "@/api/events";
import { RUN_LISTS } from "@/api/runs";
import type { StreamedEvent } from "@/api/types";
import { assertNever } from "@/lib/assertNever";
import { Store } from "@/lib/store";
import { applyRunEvent, resetCache } from "./applyRunEvent";
import type { FromHolder, LiveStatus } from "./protocol";

/** How long events are kept for answers that were read before them and arrive after them. */
const OVERLAP_MS = 15_000;
const MAX_KEPT = 5_000;
/** The first event of a while is applied in the next frame; a run of many steps a second redraws no more often. */
const FLUSH_EVERY_MS = 200;
/** Browsers do not paint hidden tabs, so no animation frame would ever come. */
const HIDDEN_TAB_MS = 1_000;

/**
 * Part of a run's query keys → events that are applied again to a fresh answer. Only those that change that answer:
 * one that made the page fetch again would start the next fetch for ever.
 */
const REPLAYED: Record<string, readonly string[]> = {
  detail: ["metrics.logged", "phase.changed", "run.requested"],
  series: ["metrics.logged"],
  metrics: ["metrics.logged"],
  logs: ["log.written"],
  "rollout-steps": ["rollouts.stored"],
};

/** Applies the live stream to the query cache, in an animation frame. */
export class LiveFeed {
  readonly status = new Store<LiveStatus>("connecting");
  private readonly client: QueryClient;
  private pending: StreamedEvent[] = [];
  private recent: { at: number; streamed: StreamedEvent }[] = [];
  private scheduled = false;
  private flushedAt = 0;
  private wasLive = false;

  constructor(client: QueryClient) {
    this.client = client;
  }

  receive = (message: FromHolder): void => {
    switch (message.kind) {
      case "status":
        this.status.set(message.status);
        if (message.status === "live") this.closeFirstGap();
        return;
      case "reset":
        this.pending = [];
        this.recent = [];
        resetCache(this.client);
        return;
      case "event": {
        const streamed = parse(message.data);
        if (!streamed) return;
        this.pending.push(streamed);
        this.schedule();
        return;
      }
      default:
        assertNever(message);
    }
  };

  /**
   * An answer may have been read before an event and arrive after it. Events of the last seconds are applied again
   * to every fresh answer, which is safe because applying is idempotent.
   */
  watchAnswers(): () => void {
    return this.client.getQueryCache().subscribe((notice) => {
      if (notice.type !== "updated" || notice.action.type !== "success" || notice.action.manual) return;
      const [scope, runId, part] = notice.query.queryKey;
      const isList = scope === RUN_LISTS[0];
      const types = isList ? REPLAYED.detail : typeof part === "string" ? REPLAYED[part] : undefined;
      if (!types) return;
      const events = this.recent
        .map(({ streamed }) => streamed)
        .filter(({ run_id, event }) => (isList || run_id === runId) && types.includes(event.type));
      if (events.length > 0) queueMicrotask(() => this.apply(events));
    });
  }

  /** The first connection starts with what comes next: what happened between the first fetches and it is fetched. */
  private closeFirstGap(): void {
    if (this.wasLive) return;
    this.wasLive = true;
    void this.client.invalidateQueries({
      predicate: ({ queryKey: [scope] }) => scope === "run" || scope === "runs",
    });
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    if (document.visibilityState !== "visible") {
      setTimeout(this.flush, HIDDEN_TAB_MS);
      return;
    }
    const wait = this.flushedAt + FLUSH_EVERY_MS - Date.now();
    if (wait <= 0) requestAnimationFrame(this.flush);
    else setTimeout(() => requestAnimationFrame(this.flush), wait);
  }

  private flush = (): void => {
    this.scheduled = false;
    const events = this.pending;
    this.pending = [];
    const now = Date.now();
    this.flushedAt = now;
    this.recent = [...this.recent, ...events.map((streamed) => ({ at: now, streamed }))]
      .filter(({ at }) => now - at < OVERLAP_MS)
      .slice(-MAX_KEPT);
    this.apply(events);
  };

  private apply(events: readonly StreamedEvent[]): void {
    notifyManager.batch(() => {
      for (const streamed of events) applyRunEvent(this.client, streamed);
    });
  }
}

function parse(data: string): StreamedEvent | null {
  try {
    const value: unknown = JSON.parse(data);
    return isStreamedEvent(value) ? value : null;
  } catch {
    return null;
  }
}
