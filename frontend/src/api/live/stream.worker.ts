/// <reference lib="webworker" />
/**
 * A SharedWorker that holds the one live connection of this browser. Six tabs with a connection each would use up
 * the six connections that HTTP/1.1 browsers open to a server, and every fetch would wait for ever.
 */
import type { FromHolder, FromTab } from "./protocol";
import { StreamConnection } from "./StreamConnection";

const STREAM_URL = "/api/v1/stream";
const tabs = new Set<MessagePort>();

const connection = new StreamConnection(STREAM_URL, (message: FromHolder) => {
  for (const tab of tabs) tab.postMessage(message);
});

addEventListener("connect", (event) => {
  if (!(event instanceof MessageEvent)) return;
  const port = event.ports[0];
  if (!port) return;
  port.onmessage = ({ data }: MessageEvent<FromTab>) => {
    if (data.kind === "bye") {
      tabs.delete(port);
      return;
    }
    tabs.add(port);
    const status: FromHolder = { kind: "status", status: connection.status };
    port.postMessage(status);
  };
});

connection.open();
