import { ActionIcon, Button, Select, TextInput, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { SlidersHorizontal, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { FieldProblem } from "@/api/problem";
import { baseName, jsonObject, type RewardSpec } from "@/api/scoring";
import type { CustomReward, RewardInfo } from "@/api/types";
import { HelpText } from "@/components/HelpText";
import { parseParams } from "@/lib/schema";
import { changedParams, problemsBelow } from "./library";
import { ParamFields } from "./ParamFields";
import classes from "./RewardCard.module.css";

interface Props {
  reward: RewardSpec;
  info: RewardInfo | undefined;
  /** Stored versions of a custom reward. */
  versions: readonly CustomReward[];
  /** Their paths start at the reward. */
  errors: readonly FieldProblem[];
  onChange: (reward: RewardSpec) => void;
  onRemove: () => void;
  children?: ReactNode;
}

/** A reward with its weight and params; below them whatever there is to say of it. */
export function RewardCard({ reward, info, versions, errors, onChange, onRemove, children }: Props) {
  const [isOpen, { toggle }] = useDisclosure(false);
  const fields = info ? parseParams(info.params) : [];
  const paramErrors = problemsBelow(errors, "params");
  const others = errors.filter(({ path }) => path !== "params" && !path.startsWith("params."));
  const misplaced = paramErrors.filter(({ path }) => !fields.some(({ name }) => path.startsWith(name)));
  const showsParams = fields.length > 0 && (isOpen || paramErrors.length > 0);
  const changed = changedParams(reward, info);
  return (
    <section className={classes.card} aria-label={`Reward ${reward.name}`} data-testid="reward-card">
      <header className={classes.header}>
        <Tooltip label={info ? <RewardDoc doc={info.doc} /> : "Not in the library"} multiline maw={420}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its definition must be reachable by keyboard */}
          <b className={classes.name} tabIndex={0}>
            {baseName(reward.name)}
          </b>
        </Tooltip>
        {info && <span className={classes.kind}>{info.kind}</span>}
        {info?.scope === "group" && (
          <Tooltip label="Compares the completions of one prompt" multiline maw={260}>
            <span className={classes.kind}>group</span>
          </Tooltip>
        )}
        {versions.length > 0 && (
          <Select
            aria-label="Version"
            w={132}
            size="xs"
            classNames={{ input: "mono" }}
            data={versions.map(({ reference, version }) => ({ value: reference, label: version }))}
            value={reward.name.includes("@") ? reward.name : (versions[0]?.reference ?? null)}
            allowDeselect={false}
            onChange={(name) => name && onChange({ ...reward, name })}
          />
        )}
        <span className={classes.tools}>
          {fields.length > 0 && (
            <Button
              variant="subtle"
              color="gray"
              size="compact-xs"
              leftSection={<SlidersHorizontal size={12} />}
              aria-expanded={showsParams}
              onClick={toggle}
            >
              Params
            </Button>
          )}
          <WeightInput
            name={reward.name}
            weight={reward.weight}
            error={errors.some(({ path }) => path === "weight")}
            onChange={(weight) => onChange({ ...reward, weight })}
          />
          <Tooltip label="Remove">
            <ActionIcon aria-label={`Remove reward ${reward.name}`} size="sm" onClick={onRemove}>
              <Trash2 size={14} />
            </ActionIcon>
          </Tooltip>
        </span>
      </header>
      {!showsParams && changed.length > 0 && <p className={classes.changed}>{changed.join(" · ")}</p>}
      {[...others, ...misplaced].map(({ path, reason, fix }) => (
        <p key={`${path} ${reason}`} className={classes.error} role="alert">
          {path && <code className="mono">{path}</code>} {reason}
          {fix && <> → {fix}</>}
        </p>
      ))}
      {showsParams && (
        <div className={classes.params}>
          <ParamFields
            fields={fields}
            value={jsonObject(reward.params)}
            errors={paramErrors}
            onChange={(params) => onChange({ ...reward, params })}
          />
        </div>
      )}
      {children}
    </section>
  );
}

interface WeightProps {
  name: string;
  weight: number;
  error: boolean;
  onChange: (weight: number) => void;
}

/** What is no number yet, as a lone minus, is kept while it is being typed. */
function WeightInput({ name, weight, error, onChange }: WeightProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const isWrong = typed !== null && !isNumber(typed);
  return (
    <Tooltip label="Weight">
      <TextInput
        aria-label={`Weight of ${name}`}
        className={classes.weight}
        leftSection="×"
        leftSectionWidth={20}
        inputMode="decimal"
        value={typed ?? String(weight)}
        error={error || isWrong}
        onChange={({ currentTarget: { value } }) => {
          setTyped(value);
          if (isNumber(value)) onChange(Number(value));
        }}
        onBlur={() => setTyped(null)}
      />
    </Tooltip>
  );
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

function RewardDoc({ doc }: { doc: string }) {
  return (
    <span className={classes.doc}>
      <HelpText text={doc} />
    </span>
  );
}
