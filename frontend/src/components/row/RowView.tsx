import { Switch } from "@mantine/core";
import { useState } from "react";
import { mediaUrl } from "@/api/http";
import type { DatasetRow } from "@/api/types";
import { formatPercent } from "@/lib/format";
import { MarkedImage } from "./MarkedImage";
import { marksOf } from "./marks";
import classes from "./RowView.module.css";

/** One row with all that it has. Everything in it may come from anywhere, so it is shown as text. */
export function RowView({ row }: { row: DatasetRow }) {
  const [drawn, setDrawn] = useState(true);
  const marks = marksOf(row);
  const extra = Object.entries(row.extra);
  return (
    <article className={classes.row} aria-label={`Row ${row.id}`} data-testid="row-view">
      {row.images.length > 0 && (
        <section className={classes.images} aria-label="Images">
          {row.images.map((sha256, i) => (
            <MarkedImage
              // biome-ignore lint/suspicious/noArrayIndexKey: the same image may stand twice in a row
              key={i}
              sha256={sha256}
              alt={`${i + 1} of the row`}
              marks={drawn && i === 0 ? marks : []}
            />
          ))}
          {marks.length > 0 && (
            <Switch
              size="xs"
              label="Draw boxes and points"
              checked={drawn}
              onChange={({ currentTarget }) => setDrawn(currentTarget.checked)}
            />
          )}
        </section>
      )}
      {row.videos.map(({ frames, path, fps }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: videos have no identity but their place
        <section key={i} aria-label={`Video ${i + 1}`}>
          <h3>Video{fps ? `, ${fps} frames a second` : ""}</h3>
          {path && <code className="mono">{path}</code>}
          <div className={classes.strip}>
            {frames.map((sha256, frame) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same frame may come twice
              <img key={frame} src={mediaUrl(sha256)} alt={`Frame ${frame + 1}`} loading="lazy" />
            ))}
          </div>
        </section>
      ))}
      <section aria-label="Prompt">
        <h3>Prompt</h3>
        {row.messages.map(({ role, content }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages have no identity but their place
          <div key={i} className={classes.message}>
            {(row.messages.length > 1 || role !== "user") && <span className={classes.role}>{role}</span>}
            <p>{content}</p>
          </div>
        ))}
      </section>
      <section aria-label="Gold answer">
        <h3>
          Gold answer {row.answer_type && <span className={classes.chip}>{row.answer_type}</span>}
          {row.task_type && <span className={classes.chip}>{row.task_type}</span>}
        </h3>
        {row.answer === null ? (
          <p className={classes.none}>This row has no gold: no outcome reward can score it.</p>
        ) : (
          <pre className={classes.answer} data-testid="row-answer">
            {row.answer}
          </pre>
        )}
      </section>
      {row.solution && (
        <section aria-label="Solution">
          <h3>Solution</h3>
          <p className={classes.solution}>{row.solution}</p>
        </section>
      )}
      <section aria-label="Columns">
        <h3>Columns</h3>
        <dl className={classes.columns}>
          <dt>id</dt>
          <dd>{row.id}</dd>
          {row.source && (
            <>
              <dt>source</dt>
              <dd>{row.source}</dd>
            </>
          )}
          {row.difficulty !== null && (
            <>
              <dt>difficulty</dt>
              <dd>{formatPercent(row.difficulty, 0)}</dd>
            </>
          )}
          {extra.map(([name, value]) => (
            <div key={name} className={classes.pair}>
              <dt>{name}</dt>
              <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      </section>
    </article>
  );
}
