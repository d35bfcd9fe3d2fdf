import { formatCount, formatPercent, plural } from "@/lib/format";
import classes from "./PassRateHistogram.module.css";
import { type Band, type Bar, barsOf, isInBand } from "./passRates";

interface Props {
  histogram: readonly number[];
  /** Bars outside of it are faded. */
  band?: Band;
  height: number;
}

/** Prompts by how many of their completions pass. The outer two bars carry no signal and say so by their colour. */
export function PassRateHistogram({ histogram, band, height }: Props) {
  const most = Math.max(1, ...histogram);
  const nCompletions = histogram.length - 1;
  const bars = barsOf(histogram);
  const highest = Math.max(most, ...bars.map(({ count }) => count));
  const everyLabel = bars.length > 11 ? 2 : 1;
  return (
    <div className={classes.chart} data-testid="pass-rate-histogram">
      <ol className={classes.bars} style={{ height }} aria-label="Prompts by passes">
        {bars.map((bar, i) => (
          <li
            key={bar.from}
            title={barText(bar, nCompletions)}
            data-end={bar.to === 0 ? "wrong" : bar.from === nCompletions ? "right" : undefined}
            data-out={(band && !isInBand(bar, nCompletions, band)) || undefined}
          >
            <span className={classes.column} aria-hidden>
              <span className={classes.count}>{bar.count > 0 && formatCount(bar.count)}</span>
              <span
                className={classes.bar}
                style={{ height: `calc((100% - 16px) * ${bar.count / highest})` }}
              />
            </span>
            <span className={classes.label} aria-hidden>
              {i % everyLabel === 0 && labelOf(bar)}
            </span>
            <span className="visually-hidden">{barText(bar, nCompletions)}</span>
          </li>
        ))}
      </ol>
      <p className={classes.axis}>
        completions that pass, of {formatCount(nCompletions)} <span aria-hidden>·</span> prompts on each bar
      </p>
    </div>
  );
}

function labelOf({ from, to }: Bar): string {
  return from === to ? String(from) : `${from}–${to}`;
}

function barText({ from, to, count }: Bar, nCompletions: number): string {
  const share =
    from === to
      ? formatPercent(from / nCompletions, 0)
      : `${formatPercent(from / nCompletions, 0)} to ${formatPercent(to / nCompletions, 0)}`;
  return `${plural(count, "prompt")} with ${from === to ? from : `${from} to ${to}`} of ${nCompletions} right (${share})`;
}
