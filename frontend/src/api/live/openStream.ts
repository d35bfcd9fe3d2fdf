import type { FromHolder, FromTab } from "./protocol";
import { StreamConnection } from "./StreamConnection";

/** Connects this tab to the live stream; returns the function that leaves it. */
export function openStream(receive: (message: FromHolder) => void): () => void {
  if (typeof SharedWorker === "undefined") return openOwnStream(receive);

  const worker = new SharedWorker(new URL("./stream.worker.ts", import.meta.url), {
    type: "module",
    name: "rftdeck-stream",
  });
  let leave = () => {
    say({ kind: "bye" });
    worker.port.close();
  };
  const say = (message: FromTab) => worker.port.postMessage(message);
  // A worker that cannot start (an old browser without module workers) must not leave the page dead.
  worker.onerror = () => {
    worker.port.close();
    leave = openOwnStream(receive);
  };
  worker.port.onmessage = ({ data }: MessageEvent<FromHolder>) => receive(data);
  say({ kind: "hello" });

  // The worker is never told that a tab is gone; a tab that comes back from the page cache says hello again.
  const goodbye = () => say({ kind: "bye" });
  const welcome = (event: PageTransitionEvent) => {
    if (!event.persisted) return;
    say({ kind: "hello" });
    receive({ kind: "reset" });
  };
  window.addEventListener("pagehide", goodbye);
  window.addEventListener("pageshow", welcome);
  return () => {
    window.removeEventListener("pagehide", goodbye);
    window.removeEventListener("pageshow", welcome);
    leave();
  };
}

function openOwnStream(receive: (message: FromHolder) => void): () => void {
  const connection = new StreamConnection("/api/v1/stream", receive);
  connection.open();
  return () => connection.close();
}
