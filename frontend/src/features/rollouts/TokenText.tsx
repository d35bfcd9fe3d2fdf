import { Button } from "@mantine/core";
import { type KeyboardEvent, type MouseEvent, useMemo, useState } from "react";
import { formatFixed, formatPercent, MISSING, plural } from "@/lib/format";
import { clamp, type Maybe } from "@/lib/numbers";
import classes from "./TokenText.module.css";
import { fullScale, type Measure, strength, visibleToken } from "./tokens";

/** More spans than this make a browser slow; the rest waits for a click. */
const FIRST_TOKENS = 6000;

interface Props {
  tokens: readonly string[];
  ids: readonly number[] | null;
  logps: readonly Maybe[] | null;
  entropies: readonly Maybe[] | null;
  measure: Measure;
}

/** The completion with each token coloured; the one under the pointer, or reached with ← →, is read out. */
export function TokenText({ tokens, ids, logps, entropies, measure }: Props) {
  const [at, setAt] = useState<number | null>(null);
  const [all, setAll] = useState(false);
  const values = measure === "logps" ? logps : entropies;
  const scale = fullScale(measure, entropies);
  const shown = all ? tokens : tokens.slice(0, FIRST_TOKENS);

  const spans = useMemo(
    () =>
      shown.map((token, i) => {
        const part = strength(measure, values?.[i], scale);
        const colour = measure === "logps" ? "var(--rd-down)" : "var(--rd-thought)";
        const background =
          part === null ? undefined : `color-mix(in srgb, ${colour} ${Math.round(part * 70)}%, transparent)`;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a token is its place
          <span key={i} data-i={i} style={{ background }}>
            {visibleToken(token)}
          </span>
        );
      }),
    [shown, values, measure, scale],
  );

  const point = ({ target }: MouseEvent) => {
    const i = target instanceof HTMLElement ? target.dataset.i : undefined;
    if (i !== undefined) setAt(Number(i));
  };
  const move = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    setAt(clamp((at ?? -1) + by, 0, shown.length - 1));
  };

  return (
    <>
      <Legend measure={measure} scale={scale} />
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
      </div>
      {shown.length < tokens.length && (
        <Button variant="default" mt="xs" onClick={() => setAll(true)}>
          Show the other {plural(tokens.length - shown.length, "token")}
        </Button>
      )}
      <output className={classes.readout} aria-live="polite">
        {at === null || tokens[at] === undefined ? (
          <span className="muted">Point at a token, or press Tab and then ← →.</span>
        ) : (
          <>
            <code>{JSON.stringify(tokens[at])}</code>
            <span>token {at + 1}</span>
            <span>id {ids?.[at] ?? MISSING}</span>
            <span>
              log p <b>{formatFixed(logps?.[at], 3)}</b> ({formatPercent(probability(logps?.[at]))})
            </span>
            <span>
              entropy <b>{formatFixed(entropies?.[at], 3)}</b>
            </span>
          </>
        )}
      </output>
    </>
  );
}

function probability(logp: Maybe | undefined): number | null {
  return logp === null || logp === undefined ? null : Math.exp(logp);
}

function Legend({ measure, scale }: { measure: Measure; scale: number }) {
  const isLogp = measure === "logps";
  return (
    <div className={classes.legend}>
      <span>{isLogp ? "0 nats, certain" : "0 nats"}</span>
      <span className={classes.ramp} data-measure={measure} />
      <span>{isLogp ? `−${scale} nats or less likely` : `${formatFixed(scale, 2)} nats`}</span>
    </div>
  );
}
