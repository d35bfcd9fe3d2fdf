import { formatAgo, formatDateTime, formatDuration, MISSING, unixSeconds } from "@/lib/format";
import { useNow } from "@/lib/useNow";

/** "3 min ago", with the full time on hover. */
export function Ago({ time }: { time: string | null }) {
  const now = useNow(5_000);
  if (!time) return <span className="muted">{MISSING}</span>;
  return (
    <time dateTime={time} title={formatDateTime(time)} className="num">
      {formatAgo(Math.max(0, now - unixSeconds(time)))}
    </time>
  );
}

/** How long something took, or has been taking when it has no end yet. */
export function Elapsed({ from, to }: { from: string | null; to: string | null }) {
  const now = useNow(1000, from !== null && to === null);
  if (!from) return <span className="muted">{MISSING}</span>;
  const end = to ? unixSeconds(to) : now;
  return <span className="num">{formatDuration(Math.max(0, Math.round(end - unixSeconds(from))))}</span>;
}
