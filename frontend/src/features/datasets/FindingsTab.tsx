import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { DataFinding, DatasetVersion } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { plural } from "@/lib/format";
import classes from "./FindingsTab.module.css";

const ICONS = { error: CircleAlert, warning: TriangleAlert, info: Info };

/** What a person should know before training on a version, and the records that were no rows. */
export function FindingsTab({ version }: { version: DatasetVersion }) {
  if (version.findings.length === 0 && version.problems.length === 0) {
    return (
      <EmptyState icon={<CircleCheck size={22} />} title="Nothing to mend">
        Every gold that was tried can be scored, and no problem stands in two splits.
      </EmptyState>
    );
  }
  return (
    <>
      <ul className={classes.findings} data-testid="data-findings">
        {version.findings.map((finding) => (
          <Finding key={`${finding.code} ${finding.reason}`} finding={finding} />
        ))}
      </ul>
      {version.problems.length > 0 && (
        <section aria-label="Broken records">
          <h2 className={classes.title}>
            {plural(version.n_problems, "broken record")}
            {version.n_problems > version.problems.length && `, the first ${version.problems.length}`}
          </h2>
          <ul className={classes.problems} data-testid="broken-records">
            {version.problems.map(({ line, file, reason }) => (
              <li key={`${file} ${line} ${reason}`}>
                <span className="mono">
                  {file}
                  {line !== null && ` line ${line}`}
                </span>
                {reason}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Finding({ finding: { level, reason, fix, count, examples } }: { finding: DataFinding }) {
  const Icon = ICONS[level];
  return (
    <li data-level={level}>
      <Icon size={16} aria-hidden />
      <div>
        <span className="visually-hidden">{level}: </span>
        <strong>{reason}</strong>
        <p>{fix}</p>
        {examples.length > 0 && (
          <details>
            <summary>
              {plural(count, "row")}, e.g. {examples[0]}
            </summary>
            <ul>
              {examples.map((example) => (
                <li key={example} className="mono">
                  {example}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </li>
  );
}
