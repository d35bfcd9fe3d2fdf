import { Button } from "@mantine/core";
import { CircleAlert, CircleCheck, Rocket, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Problem } from "@/api/problem";
import type { DatasetVersion, Finding, Validation } from "@/api/types";
import { AlgorithmDifferences } from "@/components/AlgorithmDifferences";
import { AnchorLink } from "@/components/links";
import { ProblemAlert } from "@/components/ProblemAlert";
import { formatCompact, formatDuration, formatNumber, plural } from "@/lib/format";
import type { Parsed } from "@/lib/yaml";
import classes from "./SidePanel.module.css";

interface Props {
  parsed: Parsed;
  validation: Validation | undefined;
  findings: readonly Finding[];
  isChecking: boolean;
  /** Why the server could not check or did not launch, beyond single fields. */
  problem: Problem | null;
  /** A perfect answer that does not reach the maximum. */
  ideal: Finding | undefined;
  version: DatasetVersion | undefined;
  split: string;
  preflight: ReactNode;
  isLaunching: boolean;
  onLaunch: () => void;
  onShow: (path: string) => void;
}

/** What the server says of the spec as it stands, and the button that launches it. */
export function SidePanel(props: Props) {
  const { parsed, validation, findings, isChecking, problem, ideal, isLaunching, onLaunch, onShow } = props;
  const errors = findings.filter(({ level }) => level === "error").length;
  const others = findings.filter((finding) => finding !== ideal);
  const blocked = !parsed.ok
    ? `YAML, line ${parsed.line}`
    : errors > 0
      ? `${plural(errors, "error")} to mend first`
      : null;
  return (
    <aside className={classes.panel} aria-label="Check and launch">
      <Button
        size="sm"
        fullWidth
        className={classes.launch}
        leftSection={<Rocket size={15} />}
        loading={isLaunching}
        disabled={blocked !== null}
        onClick={onLaunch}
        data-testid="launch"
      >
        {blocked ?? "Launch"}
      </Button>
      {problem && <ProblemAlert problem={problem} />}
      {ideal && <IdealFinding finding={ideal} version={props.version} split={props.split} />}
      <section aria-label="Findings" aria-live="polite" aria-busy={isChecking} data-testid="findings">
        {(!ideal || others.length > 0) && (
          <Findings
            parsed={parsed}
            findings={others}
            isChecking={isChecking && !validation}
            onShow={onShow}
          />
        )}
      </section>
      {props.preflight}
      {validation?.estimate && <Estimate estimate={validation.estimate} />}
      {validation?.spec && (
        <section>
          <h3>Differences from GRPO</h3>
          <AlgorithmDifferences differences={validation.differences} />
        </section>
      )}
    </aside>
  );
}

type FindingsProps = Pick<Props, "parsed" | "findings" | "isChecking" | "onShow">;

function Findings({ parsed, findings, isChecking, onShow }: FindingsProps) {
  if (!parsed.ok) {
    return (
      <p className={classes.status} data-level="error">
        <CircleAlert size={15} aria-hidden />
        Line {parsed.line} of the YAML does not parse. The form shows the last version that did.
      </p>
    );
  }
  if (isChecking) return <p className={classes.status}>Checking…</p>;
  if (findings.length === 0) {
    return (
      <p className={classes.status} data-level="ok">
        <CircleCheck size={15} aria-hidden />
        Nothing to mend
      </p>
    );
  }
  return (
    <ul className={classes.findings}>
      {findings.map(({ level, path, reason, fix }) => (
        <li key={`${path} ${reason}`} data-level={level}>
          {level === "error" ? (
            <CircleAlert size={15} aria-hidden />
          ) : (
            <TriangleAlert size={15} aria-hidden />
          )}
          <div>
            <span className="visually-hidden">{level}: </span>
            <button type="button" className="mono" onClick={() => onShow(path)}>
              {path || "spec"}
            </button>
            <p>{reason}</p>
            {fix && <p className={classes.fix}>{fix}</p>}
          </div>
        </li>
      ))}
    </ul>
  );
}

interface IdealProps {
  finding: Finding;
  version: DatasetVersion | undefined;
  split: string;
}

/** Rewards that nothing can earn are no slip in a field: there is a page to find out why. */
function IdealFinding({ finding: { level, reason, fix }, version, split }: IdealProps) {
  return (
    <section className={classes.ideal} data-level={level} aria-label="Ideal completion" data-testid="ideal">
      <h3>
        {level === "error" ? <CircleAlert size={15} aria-hidden /> : <TriangleAlert size={15} aria-hidden />}
        {level === "error" ? "These rewards cannot be earned" : "Some rows cannot be solved"}
      </h3>
      <p>{capitalised(reason)}.</p>
      <p className={classes.fix}>{fix}</p>
      {version && (
        <AnchorLink
          to="/playground"
          search={{ version: version.id, split, row: 0 }}
          size="sm"
          data-testid="ideal-playground"
        >
          Try in playground
        </AnchorLink>
      )}
    </section>
  );
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function Estimate({ estimate }: { estimate: NonNullable<Validation["estimate"]> }) {
  return (
    <section>
      <h3>Estimate</h3>
      <dl className={classes.estimate}>
        <div>
          <dt>Completions sampled</dt>
          <dd>{formatCompact(estimate.rollouts)}</dd>
        </div>
        <div>
          <dt>Prompts a step</dt>
          <dd>{formatNumber(estimate.prompts_per_step)}</dd>
        </div>
        <div>
          <dt>Tokens sampled, at most</dt>
          <dd>{formatCompact(estimate.max_completion_tokens)}</dd>
        </div>
        <div>
          <dt>Duration</dt>
          <dd>
            {estimate.duration_s === null ? (
              <span className="muted">no similar run yet</span>
            ) : (
              `≈ ${formatDuration(estimate.duration_s)}`
            )}
          </dd>
        </div>
      </dl>
    </section>
  );
}
