import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { formatClock, formatDateTime } from "@/lib/format";
import classes from "./LogsTab.module.css";
import { cutAt, type LogRow } from "./rows";

const LINE_HEIGHT = 19;
/** So close to the end, the view counts as being at the end. */
const NEAR_END_PX = 40;

interface Props {
  rows: readonly LogRow[];
  find: string;
  follow: boolean;
  onScrollAway: () => void;
}

/** Only the lines in sight are in the page. */
export function LogList({ rows, find, follow, onScrollAway }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 30,
  });

  useEffect(() => {
    if (follow && rows.length > 0) virtual.scrollToIndex(rows.length - 1, { align: "end" });
  }, [follow, rows.length, virtual]);

  // Only a person turns the wheel: scrolling by code must not stop the following.
  const lookBack = () => {
    const element = frame.current;
    if (!element || !follow) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (below > NEAR_END_PX) onScrollAway();
  };

  return (
    <section
      ref={frame}
      className={classes.frame}
      aria-label="Log lines"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
      tabIndex={0}
      onWheel={lookBack}
      onKeyUp={lookBack}
    >
      <div style={{ height: virtual.getTotalSize() }} className={classes.all}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index];
          return (
            row && (
              <div
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                className={classes.row}
                style={{ transform: `translateY(${start}px)` }}
              >
                <Row row={row} find={find} />
              </div>
            )
          );
        })}
      </div>
    </section>
  );
}

function Row({ row, find }: { row: LogRow; find: string }) {
  if (row.kind === "attempt") {
    return (
      <div className={classes.attempt}>
        Attempt {row.attempt} · {formatDateTime(row.time)}
      </div>
    );
  }
  const { line, number } = row;
  return (
    <div className={classes.line} data-stream={line.stream}>
      <span className={classes.number}>{number}</span>
      <time className={classes.time} dateTime={line.time} title={formatDateTime(line.time)}>
        {formatClock(line.time)}
      </time>
      <span className={classes.text}>
        {cutAt(line.text, find).map(({ text, isMatch }, i) =>
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of a line have no identity but their place
          isMatch ? <mark key={i}>{text}</mark> : text,
        )}
      </span>
    </div>
  );
}
