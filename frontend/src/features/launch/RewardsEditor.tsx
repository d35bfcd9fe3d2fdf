import { ActionIcon, Group, Tooltip } from "@mantine/core";
import { Trash2 } from "lucide-react";
import type { RewardInfo } from "@/api/types";
import { HelpText } from "@/components/HelpText";
import { AddReward } from "@/components/rewards/AddReward";
import { infoOf } from "@/components/rewards/library";
import { useRewardLibrary } from "@/components/rewards/useRewardLibrary";
import { formatNumber } from "@/lib/format";
import { getAt, isJsonObject, type Json, type JsonObject, type Path } from "@/lib/json";
import { defaultsOf, type Field, parseParams } from "@/lib/schema";
import { FieldInput } from "./FieldInput";
import { fieldId, findingsAt } from "./findings";
import { ObjectFields } from "./ObjectFields";
import { RecipePicker } from "./RecipePicker";
import classes from "./RewardsEditor.module.css";
import { useForm } from "./useForm";

/** The list of reward functions with their weights and params. */
export function RewardsEditor({ fields }: { fields: readonly Field[] }) {
  const { value, edit, findings, locked } = useForm();
  const library = useRewardLibrary();
  const current = getAt(value, ["rewards"]);
  const rewards = Array.isArray(current) ? current : [];
  const used = new Set(rewards.flatMap((reward) => nameOf(reward) ?? []));
  const general = findingsAt(findings, ["rewards"]);

  return (
    <div className={classes.list} id={fieldId(["rewards"])} tabIndex={-1}>
      <RecipePicker />
      {rewards.map((reward, i) => (
        <RewardItem
          // biome-ignore lint/suspicious/noArrayIndexKey: the place of a reward is its path in the spec
          key={i}
          reward={isJsonObject(reward) ? reward : {}}
          info={infoOf(library, nameOf(reward) ?? "")}
          path={["rewards", i]}
          fields={fields}
          onRemove={() => edit(["rewards", i], undefined)}
        />
      ))}
      {general.map(({ reason, fix }) => (
        <p key={reason} className={classes.finding}>
          {reason} → {fix}
        </p>
      ))}
      {!locked && (
        <AddReward
          items={library.items}
          used={used}
          onAdd={(info) => edit(["rewards", rewards.length], newReward(info, fields))}
        />
      )}
    </div>
  );
}

interface ItemProps {
  reward: JsonObject;
  info: RewardInfo | undefined;
  path: Path;
  fields: readonly Field[];
  onRemove: () => void;
}

function RewardItem({ reward, info, path, fields, onRemove }: ItemProps) {
  const { findings, locked } = useForm();
  const params = info ? parseParams(info.params) : [];
  const found = [...findingsAt(findings, path), ...findingsAt(findings, [...path, "name"])];
  const name = nameOf(reward) ?? "unnamed";
  const others = fields.filter((field) => field.name !== "name" && field.name !== "params");
  return (
    <section
      className={classes.item}
      aria-label={`Reward ${name}`}
      id={fieldId([...path, "name"])}
      tabIndex={-1}
    >
      <header className={classes.header}>
        <b className="mono">{name}</b>
        {info ? <Chips info={info} /> : <span className={classes.finding}>not in the library</span>}
        <Tooltip label="Remove">
          <ActionIcon
            aria-label={`Remove reward ${name}`}
            size="sm"
            ml="auto"
            disabled={locked}
            onClick={onRemove}
          >
            <Trash2 size={14} />
          </ActionIcon>
        </Tooltip>
      </header>
      {info && <RewardDoc doc={info.doc} />}
      {found.map(({ reason, fix }) => (
        <p key={reason} className={classes.finding}>
          {reason} → {fix}
        </p>
      ))}
      <ObjectFields fields={others} path={path} />
      {params.length > 0 && (
        <Group className={classes.params} align="flex-start">
          {params.map((field) => (
            <FieldInput key={field.name} field={field} path={[...path, "params", field.name]} />
          ))}
        </Group>
      )}
    </section>
  );
}

/** What it judges, what it sees, and the columns that the rows have to have. */
function Chips({ info: { kind, scope, needs, custom, maximum } }: { info: RewardInfo }) {
  return (
    <span className={classes.chips}>
      <span className={classes.kind}>{kind}</span>
      {scope === "group" && (
        <Tooltip label="It compares the completions of one prompt">
          <span className={classes.kind}>whole group</span>
        </Tooltip>
      )}
      {custom && <span className={classes.kind}>custom</span>}
      {needs.length > 0 && (
        <span className="muted">needs {needs.map((column) => `column ${column}`).join(", ")}</span>
      )}
      {maximum !== null && maximum !== 1 && <span className="muted">at most {formatNumber(maximum)}</span>}
    </span>
  );
}

/** The definition; range and source on demand. */
function RewardDoc({ doc }: { doc: string }) {
  const [definition = "", ...rest] = doc.split("\n\n");
  return (
    <div className={classes.doc}>
      <HelpText text={definition} />
      {rest.length > 0 && (
        <details>
          <summary>More</summary>
          <HelpText text={rest.join("\n")} />
        </details>
      )}
    </div>
  );
}

function newReward(info: RewardInfo, fields: readonly Field[]): JsonObject {
  return { ...defaultsOf(fields), name: info.name, params: defaultsOf(parseParams(info.params)) };
}

function nameOf(reward: Json): string | null {
  return isJsonObject(reward) && typeof reward.name === "string" ? reward.name : null;
}
