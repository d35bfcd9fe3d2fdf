import { SegmentedControl } from "@mantine/core";
import { type KeyboardEvent, type MouseEvent, useMemo, useState } from "react";
import type { PromptPreview } from "@/api/types";
import { formatCount, plural } from "@/lib/format";
import { clamp } from "@/lib/numbers";
import classes from "./PromptAnswer.module.css";
import { markSpecial, type TokenRun, tokenRuns } from "./tokens";

const VIEWS = ["Tokens", "Text", "Messages"] as const;
type View = (typeof VIEWS)[number];

/** A prompt as messages, as the text of the chat template, and token by token. */
export function PromptAnswer({ answer }: { answer: PromptPreview }) {
  const [view, setView] = useState<View>("Tokens");
  const { n_tokens, n_image_tokens, tokens, text, messages } = answer;
  return (
    <div className={classes.answer} data-testid="prompt-answer">
      <div className={classes.head}>
        <SegmentedControl
          size="xs"
          aria-label="View of the prompt"
          data={[...VIEWS]}
          value={view}
          onChange={(next) => setView(VIEWS.find((known) => known === next) ?? "Tokens")}
        />
        <span className="num" data-testid="prompt-tokens">
          <b>{plural(n_tokens, "token")}</b>
          {n_image_tokens > 0 && `, ${formatCount(n_image_tokens)} of them for images`}
        </span>
        {answer.answer !== null && (
          <span className={classes.gold}>
            gold <b>{answer.answer}</b>
          </span>
        )}
      </div>
      {view === "Tokens" && <Tokens tokens={tokens} total={n_tokens} />}
      {view === "Text" && (
        <pre className={classes.text}>
          {markSpecial(text, tokens).map((part, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place
            <span key={i} data-special={part.special || undefined}>
              {part.text}
            </span>
          ))}
        </pre>
      )}
      {view === "Messages" && (
        <dl className={classes.messages}>
          {messages.map(({ role, content }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: messages have no identity but their place
            <div key={i}>
              <dt>{role}</dt>
              <dd>{content}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

/** One tab stop; the token under the pointer, or reached with ← →, is read out with its id. */
function Tokens({ tokens, total }: { tokens: PromptPreview["tokens"]; total: number }) {
  const runs = useMemo(() => tokenRuns(tokens), [tokens]);
  const [at, setAt] = useState<number | null>(null);
  const spans = useMemo(
    () =>
      runs.map(({ at: place, text, times, special }, i) => (
        <span key={place} data-i={i} data-special={special || undefined}>
          {visible(text)}
          {times > 1 && <b> ×{formatCount(times)} </b>}
        </span>
      )),
    [runs],
  );
  const point = ({ target }: MouseEvent) => {
    const i = target instanceof HTMLElement ? target.closest<HTMLElement>("[data-i]")?.dataset.i : undefined;
    if (i !== undefined) setAt(Number(i));
  };
  const move = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    setAt(clamp((at ?? -1) + by, 0, runs.length - 1));
  };
  const run = at === null ? undefined : runs[at];
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: one tab stop; the arrow keys read token by token */}
      <div
        className={classes.tokens}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the arrow keys move in it
        tabIndex={0}
        onMouseOver={point}
        onFocus={() => setAt(at ?? 0)}
        onKeyDown={move}
      >
        {spans}
        {total > tokens.length && (
          <span className="muted"> … and {plural(total - tokens.length, "more token", "more tokens")}</span>
        )}
      </div>
      <output className={classes.readout} aria-live="polite">
        {run ? (
          <Readout run={run} />
        ) : (
          <span className="muted">Point at a token, or press Tab and then ← →.</span>
        )}
      </output>
    </>
  );
}

function Readout({ run: { at, id, text, times } }: { run: TokenRun }) {
  return (
    <>
      <code className="mono">{JSON.stringify(text)}</code>
      <span>id {id}</span>
      <span>
        token {formatCount(at + 1)}
        {times > 1 && ` to ${formatCount(at + times)}`}
      </span>
    </>
  );
}

/** Line breaks break the line, and are seen. */
function visible(text: string): string {
  return text.replaceAll("\n", "⏎\n").replaceAll("\t", "⇥");
}
