import { NumberInput, Select, Slider, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { generatorsOptions, type Source } from "@/api/datasets";
import type { FieldProblem } from "@/api/problem";
import type { GeneratorInfo } from "@/api/types";
import { QueryState } from "@/components/QueryState";
import { ParamFields } from "@/components/rewards/ParamFields";
import { isJsonObject, type JsonObject } from "@/lib/json";
import { parseParams } from "@/lib/schema";
import classes from "./GeneratorSource.module.css";

const route = getRouteApi("/datasets/new");

type Kind = "reasoning_gym" | "synthetic";
type Made = Extract<Source, { kind: Kind }>;

interface Props {
  kind: Kind;
  source: Source | undefined;
  onChange: (source: Source | undefined) => void;
  problems: readonly FieldProblem[] | undefined;
}

/** A task, how hard it is, and how many rows of it. */
export function GeneratorSource(props: Props) {
  const generators = useQuery(generatorsOptions);
  return (
    <QueryState query={generators}>
      {({ items }) => <Tasks {...props} tasks={items.filter(({ kind }) => kind === props.kind)} />}
    </QueryState>
  );
}

function Tasks({ kind, tasks, source, onChange, problems }: Props & { tasks: GeneratorInfo[] }) {
  const { task: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const made = source?.kind === kind ? source : undefined;
  const info = tasks.find(({ task }) => task === (made?.task ?? asked));
  const choose = (task: string | null) => {
    const next = tasks.find((known) => known.task === task);
    if (!next) return;
    void navigate({ search: (old) => ({ ...old, task: next.task }), replace: true });
    onChange(fresh(next));
  };
  return (
    <div className={classes.form}>
      {kind === "synthetic" ? (
        <div className={classes.cards} role="radiogroup" aria-label="Scene">
          {tasks.map(({ task, title, summary }) => (
            // biome-ignore lint/a11y/useSemanticElements: a card with two lines is no radio input
            <button
              key={task}
              type="button"
              role="radio"
              aria-checked={task === info?.task}
              className={classes.card}
              onClick={() => choose(task)}
              data-testid={`task-${task}`}
            >
              <strong>{title}</strong>
              <span>{summary}</span>
            </button>
          ))}
        </div>
      ) : (
        <Select
          label="Task"
          placeholder={`Search in ${tasks.length} tasks`}
          searchable
          maw={420}
          limit={120}
          data={tasks.map(({ task, title }) => ({ value: task, label: title }))}
          value={info?.task ?? null}
          onChange={choose}
          data-testid="task"
        />
      )}
      {info && !made && <Start info={info} onStart={() => onChange(fresh(info))} />}
      {info && made && <Settings info={info} made={made} problems={problems ?? []} onChange={onChange} />}
    </div>
  );
}

/** A link named the task: take it up once. */
function Start({ info, onStart }: { info: GeneratorInfo; onStart: () => void }) {
  const [started, setStarted] = useState(false);
  if (!started) {
    setStarted(true);
    queueMicrotask(onStart);
  }
  return <p className="muted">{info.title}…</p>;
}

function fresh({ kind, task, difficulty }: GeneratorInfo): Made {
  const common = { task, params: {}, difficulty: difficulty ? 0 : null, seed: 0 };
  return kind === "synthetic"
    ? { kind, ...common, rows: 500, heldout_rows: 100 }
    : { kind, ...common, rows: 2000, heldout_rows: 256 };
}

interface SettingsProps {
  info: GeneratorInfo;
  made: Made;
  problems: readonly FieldProblem[];
  onChange: (source: Source) => void;
}

function Settings({ info, made, problems, onChange }: SettingsProps) {
  const params = isJsonObject(made.params) ? made.params : {};
  const level = made.difficulty ?? null;
  const sets = level === null ? undefined : info.difficulty?.settings[level];
  const fields = parseParams(info.params).map((field) => {
    const set = sets?.[field.name];
    return typeof set === "number" || typeof set === "string" || typeof set === "boolean"
      ? { ...field, fallback: set }
      : field;
  });
  const errors = problems
    .filter(({ path }) => path.startsWith("source.params."))
    .map((problem) => ({ ...problem, path: problem.path.replace("source.params.", "") }));
  const general = problems.filter(({ path }) => path === "source.params" || path === "source.task");
  const number = (name: "rows" | "heldout_rows" | "seed", label: string, min: number) => (
    <NumberInput
      label={label}
      min={min}
      allowDecimal={false}
      thousandSeparator=","
      value={made[name] ?? 0}
      error={problems.find(({ path }) => path === `source.${name}`)?.reason}
      onChange={(next) => typeof next === "number" && onChange({ ...made, [name]: next })}
      data-testid={name}
    />
  );
  return (
    <>
      {info.summary && <p className={classes.summary}>{info.summary}</p>}
      {info.difficulty && (
        <div className={classes.slider}>
          <label htmlFor="difficulty">Difficulty</label>
          <Slider
            id="difficulty"
            thumbLabel="Difficulty"
            min={0}
            max={info.difficulty.levels - 1}
            step={1}
            label={(value) => `level ${value}`}
            marks={info.difficulty.settings.map((_, value) => ({ value }))}
            value={level ?? 0}
            onChange={(difficulty) => onChange({ ...made, difficulty })}
            data-testid="difficulty"
          />
          <span className="muted">
            {sets && Object.keys(sets).length > 0
              ? Object.entries(sets)
                  .map(([name, value]) => `${name.replaceAll("_", " ")} ${JSON.stringify(value)}`)
                  .join(", ")
              : "the task's own settings"}
          </span>
        </div>
      )}
      <div className={classes.numbers}>
        {number("rows", "Rows to train on", 1)}
        {number("heldout_rows", "Rows held out", 0)}
        {number("seed", "Seed", 0)}
        <TextInput label="Task" value={made.task} readOnly className="mono" />
      </div>
      {general.map(({ path, reason }) => (
        <p key={path + reason} role="alert" className={classes.error}>
          {reason}
        </p>
      ))}
      {fields.length > 0 && (
        <details className={classes.params} open={Object.keys(params).length > 0 || errors.length > 0}>
          <summary>Settings of the task</summary>
          <ParamFields
            fields={fields}
            value={params}
            errors={errors}
            onChange={(next) => onChange({ ...made, params: changed(next, params, fields) })}
          />
        </details>
      )}
    </>
  );
}

/** Only what differs from the level's and the task's own settings is sent. */
function changed(
  next: JsonObject,
  before: JsonObject,
  fields: readonly { name: string; fallback?: unknown }[],
): JsonObject {
  return Object.fromEntries(
    Object.entries(next).filter(([name, value]) => {
      const { fallback } = fields.find((field) => field.name === name) ?? {};
      return name in before || JSON.stringify(value) !== JSON.stringify(fallback);
    }),
  );
}
