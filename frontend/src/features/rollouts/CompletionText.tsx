import { parseCompletion, type Segment } from "@/lib/completion";
import classes from "./CompletionText.module.css";

/** A completion as text only: it comes from a model and is never taken as HTML or markdown. */
export function CompletionText({ text, raw }: { text: string; raw: boolean }) {
  if (raw) {
    return (
      <pre className={classes.text} data-raw>
        {text}
      </pre>
    );
  }
  if (text === "") return <p className={`${classes.text} muted`}>(empty)</p>;
  return (
    <div className={classes.text} data-testid="completion-text">
      {parseCompletion(text).map((segment, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: segments have no identity but their place
        <SegmentView key={i} segment={segment} />
      ))}
    </div>
  );
}

const LABEL = { thought: "thoughts", answer: "answer", text: "" } as const;

function SegmentView({ segment: { kind, text, complete } }: { segment: Segment }) {
  if (kind === "text") return text.trim() ? <div className={classes.plain}>{text}</div> : null;
  return (
    <div className={classes.segment} data-kind={kind}>
      <span className={classes.label}>
        {LABEL[kind]}
        {!complete && <em> tag missing</em>}
      </span>
      <span className={classes.body}>{text.trim() ? text : <span className="muted">(empty)</span>}</span>
    </div>
  );
}
