import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FromHolder } from "./protocol";
import { StreamConnection } from "./StreamConnection";

/** An EventSource that does what the test says. */
class FakeEventSource extends EventTarget {
  static readonly CLOSED = 2;
  static all: FakeEventSource[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((message: MessageEvent<string>) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    FakeEventSource.all.push(this);
  }

  static get newest() {
    const source = FakeEventSource.all.at(-1);
    if (!source) throw new Error("none was opened");
    return source;
  }

  message(id: string) {
    this.onmessage?.(new MessageEvent("message", { data: `event ${id}`, lastEventId: id }));
  }

  fail() {
    this.readyState = FakeEventSource.CLOSED;
    this.onerror?.();
  }

  close() {
    this.readyState = FakeEventSource.CLOSED;
  }
}

let sent: FromHolder[] = [];
let connection: StreamConnection;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeEventSource);
  FakeEventSource.all = [];
  sent = [];
  connection = new StreamConnection("/stream", (message) => sent.push(message));
  connection.open();
});

afterEach(() => {
  connection.close();
  vi.useRealTimers();
});

test("a refused connection is opened again after the last event that was seen", () => {
  FakeEventSource.newest.onopen?.();
  FakeEventSource.newest.message("41");
  FakeEventSource.newest.fail();
  expect(connection.status).toBe("reconnecting");
  vi.advanceTimersByTime(500);
  expect(FakeEventSource.newest.url).toBe("/stream?after=41");
  FakeEventSource.newest.onopen?.();
  expect(connection.status).toBe("live");
  expect(sent.filter(({ kind }) => kind === "reset")).toEqual([]);
});

test("a cut before the first event means that everything is read again", () => {
  FakeEventSource.newest.onopen?.();
  FakeEventSource.newest.fail();
  vi.advanceTimersByTime(500);
  FakeEventSource.newest.onopen?.();
  expect(sent).toContainEqual({ kind: "reset" });
});

test("a server that stays away is asked less and less often", () => {
  for (let i = 0; i < 4; i++) {
    FakeEventSource.newest.fail();
    vi.advanceTimersByTime(500);
  }
  expect(FakeEventSource.all.length).toBeLessThan(5);
});

test("a reset of the server is passed on and its cursor kept", () => {
  FakeEventSource.newest.onopen?.();
  FakeEventSource.newest.dispatchEvent(new MessageEvent("reset", { lastEventId: "900" }));
  expect(sent).toContainEqual({ kind: "reset" });
  FakeEventSource.newest.fail();
  vi.advanceTimersByTime(500);
  expect(FakeEventSource.newest.url).toBe("/stream?after=900");
});
