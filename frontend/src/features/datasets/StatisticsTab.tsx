import type { DatasetVersion, SplitStats } from "@/api/types";
import { formatCount, formatNumber, formatPercent } from "@/lib/format";
import classes from "./StatisticsTab.module.css";

/** What the rows of each split are like. */
export function StatisticsTab({ version }: { version: DatasetVersion }) {
  return (
    <div className={classes.splits}>
      {version.splits.map((stats) => (
        <Split key={stats.split} stats={stats} />
      ))}
    </div>
  );
}

function Split({ stats }: { stats: SplitStats }) {
  return (
    <section className={classes.split} aria-label={`Split ${stats.split}`} data-testid="split-stats">
      <h2>
        {stats.split} <span className="muted">{formatCount(stats.rows)} rows</span>
      </h2>
      <dl className={classes.facts}>
        <Fact
          name="With images"
          value={`${formatCount(stats.with_images)} (${formatCount(stats.images)} images)`}
        />
        <Fact name="Duplicates" value={formatCount(stats.duplicates)} warn={stats.duplicates > 0} />
        <Fact name="Also in another split" value={formatCount(stats.leaked)} warn={stats.leaked > 0} />
        <Fact
          name="Prompt length, characters"
          value={`median ${formatNumber(stats.prompt_length_p50)}, 95 % below ${formatNumber(stats.prompt_length_p95)}, longest ${formatCount(stats.prompt_length_max)}`}
        />
      </dl>
      <LengthBars stats={stats} />
      <div className={classes.tables}>
        <Shares title="Answer types" counts={stats.answer_types} total={stats.rows} />
        <Shares title="Tasks" counts={stats.task_types} total={stats.rows} />
        <Shares title="Sources" counts={stats.sources} total={stats.rows} />
      </div>
    </section>
  );
}

function Fact({ name, value, warn = false }: { name: string; value: string; warn?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-warn={warn || undefined}>{value}</dd>
    </div>
  );
}

function LengthBars({ stats: { prompt_length: histogram } }: { stats: SplitStats }) {
  const highest = Math.max(1, ...histogram.counts);
  const first = histogram.edges[0] ?? 0;
  const last = histogram.edges.at(-1) ?? 0;
  return (
    <figure className={classes.histogram} aria-label="Histogram of prompt lengths, in characters">
      <div className={classes.bars}>
        {histogram.counts.map((count, i) => {
          const from = histogram.edges[i] ?? 0;
          const to = histogram.edges[i + 1] ?? from;
          return (
            <span
              key={from}
              style={{ height: `${(100 * count) / highest}%` }}
              data-none={count === 0 || undefined}
              title={`${formatNumber(from)} to ${formatNumber(to)} characters: ${formatCount(count)} prompts`}
            />
          );
        })}
      </div>
      <figcaption>
        <span>{formatNumber(first)}</span>
        <span>Prompt length, characters</span>
        <span>{formatNumber(last)}</span>
      </figcaption>
    </figure>
  );
}

function Shares({ title, counts, total }: { title: string; counts: Record<string, number>; total: number }) {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  if (sorted.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul className={classes.shares}>
        {sorted.map(([name, count]) => (
          <li key={name}>
            <span className={classes.shareName}>{name || "none"}</span>
            <span className={classes.track}>
              <span style={{ width: `${(100 * count) / Math.max(1, total)}%` }} />
            </span>
            <span className="muted">
              {formatCount(count)} · {formatPercent(count / Math.max(1, total), 0)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
