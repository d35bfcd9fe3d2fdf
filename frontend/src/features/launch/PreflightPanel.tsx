import { Button, NumberInput } from "@mantine/core";
import { PlaneTakeoff } from "lucide-react";
import { useState } from "react";
import { type Problem, problemOf } from "@/api/problem";
import type { DatasetVersion, RunSpec } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import { Failure, Underway } from "@/components/preflight/Underway";
import { getAt, type JsonObject } from "@/lib/json";
import classes from "./PreflightPanel.module.css";
import { PreflightSummary } from "./PreflightSummary";
import { usePreflight } from "./usePreflight";

const N_PROMPTS = 64;

interface Props {
  /** Where the draft started. */
  source: string;
  value: JsonObject;
  /** What the server made of the value; null while it has errors. */
  spec: RunSpec | null;
  /** Why no pre-flight can start now. */
  blocked: boolean;
  onUse: (version: DatasetVersion) => void;
}

/** Before a GPU is spent: can this data and this reward teach anything, and what will it cost? */
export function PreflightPanel({ source, value, spec, blocked, onUse }: Props) {
  const { shown, start } = usePreflight(source, spec);
  const [nPrompts, setPrompts] = useState<number | string>(N_PROMPTS);
  const [nCompletions, setCompletions] = useState<number | string>("");
  const { underway, failed, done, isStale } = shown;
  const group = getAt(value, ["sampling", "num_generations"]);
  const problem = start.error ? problemOf(start.error) : null;
  const atField = ["n_prompts", "n_completions"].some((name) => errorAt(problem, name));
  return (
    <section className={classes.panel} aria-label="Pre-flight" data-testid="preflight">
      {underway ? (
        <Underway preflight={underway} />
      ) : (
        <form
          className={classes.ask}
          onSubmit={(event) => {
            event.preventDefault();
            start.mutate({
              value,
              options: {
                measured_steps: 3,
                n_prompts: numberOr(nPrompts, N_PROMPTS),
                n_completions: numberOr(nCompletions, null),
              },
            });
          }}
        >
          <NumberInput
            label="prompts"
            min={1}
            max={100_000}
            allowDecimal={false}
            hideControls
            value={nPrompts}
            onChange={setPrompts}
            placeholder={String(N_PROMPTS)}
            error={errorAt(problem, "n_prompts")}
            data-testid="preflight-prompts"
          />
          <span className={classes.times} aria-hidden>
            ×
          </span>
          <NumberInput
            label="completions"
            min={1}
            max={256}
            allowDecimal={false}
            hideControls
            value={nCompletions}
            onChange={setCompletions}
            placeholder={typeof group === "number" ? String(group) : "a group"}
            error={errorAt(problem, "n_completions")}
            data-testid="preflight-completions"
          />
          <Button
            type="submit"
            variant="default"
            leftSection={<PlaneTakeoff size={14} />}
            loading={start.isPending}
            disabled={blocked}
            className={classes.start}
            data-testid="start-preflight"
          >
            Check before launch
          </Button>
        </form>
      )}
      {problem && !atField && <ProblemAlert problem={problem} />}
      {failed && <Failure preflight={failed} />}
      {done ? (
        <PreflightSummary
          key={done.runId}
          runId={done.runId}
          result={done.result}
          isStale={isStale}
          dataset={spec?.dataset.name ?? ""}
          onUse={onUse}
        />
      ) : (
        !underway &&
        !failed && (
          <p className={classes.hint}>
            A worker samples completions of the base policy: can this data and these rewards teach, and what
            will the run cost?
          </p>
        )
      )}
    </section>
  );
}

function numberOr<T>(typed: number | string, fallback: T): number | T {
  return typed === "" ? fallback : Number(typed);
}

function errorAt(problem: Problem | null, name: string): string | undefined {
  const found = problem?.errors.find(({ path }) => path.endsWith(`options.${name}`));
  return found && (found.fix ? `${found.reason} → ${found.fix}` : found.reason);
}
