import { Button, NumberInput, Textarea } from "@mantine/core";
import { Plus, RotateCcw, Users } from "lucide-react";
import type { RewardSpec } from "@/api/scoring";
import type { Group } from "@/api/types";
import { plural } from "@/lib/format";
import { CompletionInput } from "./CompletionInput";
import { IdealButton, IdealVerdict, useIdealCheck } from "./IdealCheck";
import classes from "./SamplePane.module.css";
import { EMPTY_COMPLETION, parseColumns, type SampleDraft, samplesOf, withSiblings } from "./sample";

interface Props {
  draft: SampleDraft;
  /** The group of a rollout, whose other completions can be added. */
  group: Group | null;
  rewards: readonly RewardSpec[];
  onChange: (changes: Partial<SampleDraft>) => void;
  /** Back to what the row or the rollout says; null while nothing was changed. */
  onReset: (() => void) | null;
}

/** Completions of one prompt, its gold, and the columns that rewards may read. */
export function SamplePane({ draft, group, rewards, onChange, onReset }: Props) {
  const { completions, answer, columns, step, maxSteps } = draft;
  const parsed = parseColumns(columns);
  const nColumns = Object.keys(parsed ?? {}).length;
  const fill = (text: string) => {
    const free = completions.findIndex((completion) => completion.text === "");
    const filled = { ...EMPTY_COMPLETION, text };
    if (completions.some((completion) => completion.text === text)) return;
    onChange({ completions: free < 0 ? [...completions, filled] : completions.with(free, filled) });
  };
  const ideal = useIdealCheck(fill);
  const sample = samplesOf(draft)?.[0];
  return (
    <section className={classes.pane} aria-label="Sample">
      <header className={classes.head}>
        <h2>{completions.length > 1 ? plural(completions.length, "completion") : "Completion"}</h2>
        <span className={classes.actions}>
          {group && group.rollouts.length > completions.length && (
            <Button
              variant="default"
              size="compact-xs"
              leftSection={<Users size={12} />}
              onClick={() => onChange(withSiblings(draft, group))}
              data-testid="add-siblings"
            >
              Its {plural(group.rollouts.length - 1, "sibling")}
            </Button>
          )}
          <Button
            variant="default"
            size="compact-xs"
            leftSection={<Plus size={12} />}
            onClick={() => onChange({ completions: [...completions, EMPTY_COMPLETION] })}
            data-testid="add-completion"
          >
            Add completion
          </Button>
          <IdealButton check={ideal} sample={sample} rewards={rewards} />
          {onReset && (
            <Button
              variant="subtle"
              color="gray"
              size="compact-xs"
              leftSection={<RotateCcw size={12} />}
              onClick={onReset}
              data-testid="reset-sample"
            >
              Reset
            </Button>
          )}
        </span>
      </header>
      <IdealVerdict check={ideal} sample={sample} rewards={rewards} />
      {completions.map((completion, i) => (
        <CompletionInput
          // biome-ignore lint/suspicious/noArrayIndexKey: a completion is its place
          key={i}
          index={i}
          completion={completion}
          canRemove={completions.length > 1}
          onChange={(next) => onChange({ completions: completions.with(i, next) })}
          onRemove={() => onChange({ completions: completions.toSpliced(i, 1) })}
        />
      ))}
      <Textarea
        label="gold"
        placeholder="The right answer; leave it empty when there is none"
        autosize
        minRows={1}
        maxRows={8}
        spellCheck={false}
        classNames={{ input: classes.gold }}
        value={answer}
        onChange={({ currentTarget }) => onChange({ answer: currentTarget.value })}
        data-testid="gold"
      />
      <details className={classes.more} open={parsed === null || undefined}>
        <summary>
          Columns and step
          <span className="muted">
            {" "}
            {nColumns > 0 ? plural(nColumns, "column") : "no columns"}
            {maxSteps !== null && ` · step ${step} of ${maxSteps}`}
          </span>
        </summary>
        <Textarea
          label="columns"
          description="The other columns of the row that rewards may read, as a JSON object."
          placeholder={'{"image_size": [640, 480]}'}
          autosize
          minRows={3}
          maxRows={16}
          spellCheck={false}
          classNames={{ input: classes.text }}
          value={columns}
          error={parsed === null ? "This is no JSON object, so nothing is scored." : undefined}
          onChange={({ currentTarget }) => onChange({ columns: currentTarget.value })}
          data-testid="columns"
        />
        <div className={classes.steps}>
          <NumberInput
            label="step"
            description="Rewards on a schedule read it."
            min={0}
            allowDecimal={false}
            hideControls
            size="xs"
            value={step}
            onChange={(value) => onChange({ step: typeof value === "number" ? value : 0 })}
          />
          <NumberInput
            label="max_steps"
            description="Steps of the whole run."
            min={1}
            allowDecimal={false}
            hideControls
            size="xs"
            placeholder="none"
            value={maxSteps ?? ""}
            onChange={(value) => onChange({ maxSteps: typeof value === "number" ? value : null })}
          />
        </div>
      </details>
    </section>
  );
}
