import { useEffect } from "react";
import { LiveFeed } from "@/api/live/LiveFeed";
import { openStream } from "@/api/live/openStream";
import type { LiveStatus } from "@/api/live/protocol";
import { useStore } from "@/lib/store";
import classes from "./LiveConnection.module.css";
import { queryClient } from "./queryClient";

const feed = new LiveFeed(queryClient);

const TEXT: Record<LiveStatus, string> = {
  connecting: "Connecting",
  live: "Live",
  reconnecting: "Reconnecting",
};
const HELP: Record<LiveStatus, string> = {
  connecting: "Opening the live connection to the server.",
  live: "New events appear as they happen.",
  reconnecting: "The connection was cut. Nothing is lost: what happens meanwhile is read afterwards.",
};

/** Keeps the query cache live for as long as it is mounted, and says whether it is. */
export function LiveConnection() {
  const status = useStore(feed.status);

  useEffect(() => {
    const stopWatching = feed.watchAnswers();
    const leave = openStream(feed.receive);
    return () => {
      leave();
      stopWatching();
    };
  }, []);

  return (
    <span
      className={classes.status}
      data-status={status}
      data-testid="live-status"
      role="status"
      title={HELP[status]}
    >
      <span className={classes.dot} aria-hidden />
      <span className={classes.text}>{TEXT[status]}</span>
    </span>
  );
}
