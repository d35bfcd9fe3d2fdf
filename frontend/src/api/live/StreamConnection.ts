import type { FromHolder, LiveStatus } from "./protocol";

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;
/** The server sends a heartbeat every 15 s, which EventSource hides; a dead peer is noticed by TCP alone. */

/**
 * One EventSource that never gives up. EventSource reconnects by itself after a cut, but not after an HTTP error
 * (a proxy's 502 while the server restarts): then this opens a new one after the last event that was seen.
 */
export class StreamConnection {
  private source: EventSource | null = null;
  private cursor: string | null = null;
  private opened = false;
  private delayMs = FIRST_DELAY_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly url: string;
  private readonly send: (message: FromHolder) => void;
  status: LiveStatus = "connecting";

  constructor(url: string, send: (message: FromHolder) => void) {
    this.url = url;
    this.send = send;
  }

  open(): void {
    this.close();
    const query = this.cursor === null ? "" : `?after=${this.cursor}`;
    const source = new EventSource(this.url + query);
    this.source = source;
    source.onopen = () => {
      this.delayMs = FIRST_DELAY_MS;
      // Without a cursor nobody can say what happened while the line was down.
      if (this.opened && this.cursor === null) this.send({ kind: "reset" });
      this.opened = true;
      this.report("live");
    };
    source.onmessage = (message: MessageEvent<string>) => {
      if (message.lastEventId) this.cursor = message.lastEventId;
      this.send({ kind: "event", data: message.data });
    };
    source.addEventListener("reset", (message) => {
      if (message.lastEventId) this.cursor = message.lastEventId;
      this.send({ kind: "reset" });
    });
    source.onerror = () => {
      this.report(this.opened ? "reconnecting" : "connecting");
      if (source.readyState !== EventSource.CLOSED) return;
      this.timer = setTimeout(() => this.open(), this.delayMs);
      this.delayMs = Math.min(LONGEST_DELAY_MS, this.delayMs * 2);
    };
  }

  close(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  private report(status: LiveStatus): void {
    if (status === this.status) return;
    this.status = status;
    this.send({ kind: "status", status });
  }
}
