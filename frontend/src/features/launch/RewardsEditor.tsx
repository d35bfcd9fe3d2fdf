import { ActionIcon, Button, Group, Menu, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { rewardsOptions } from "@/api/catalog";
import type { RewardInfo } from "@/api/types";
import { HelpText } from "@/components/HelpText";
import { getAt, isJsonObject, type JsonObject, type Path } from "@/lib/json";
import { defaultsOf, type Field, parseParams } from "@/lib/schema";
import { FieldInput } from "./FieldInput";
import { fieldId, findingsAt } from "./findings";
import { ObjectFields } from "./ObjectFields";
import classes from "./RewardsEditor.module.css";
import { useForm } from "./useForm";

/** The list of reward functions with their weights and params. */
export function RewardsEditor({ fields }: { fields: readonly Field[] }) {
  const { value, edit, findings, locked } = useForm();
  const { data } = useQuery(rewardsOptions);
  const library = data?.items ?? [];
  const current = getAt(value, ["rewards"]);
  const rewards = Array.isArray(current) ? current : [];
  const used = new Set(rewards.flatMap((reward) => (isJsonObject(reward) ? [reward.name] : [])));
  const general = findingsAt(findings, ["rewards"]);

  return (
    <div className={classes.list} id={fieldId(["rewards"])} tabIndex={-1}>
      {rewards.map((reward, i) => (
        <RewardItem
          // biome-ignore lint/suspicious/noArrayIndexKey: the place of a reward is its path in the spec
          key={i}
          reward={isJsonObject(reward) ? reward : {}}
          info={library.find(({ name }) => isJsonObject(reward) && name === reward.name)}
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
      <Menu position="bottom-start" width={420}>
        <Menu.Target>
          <Button variant="default" leftSection={<Plus size={13} />} disabled={locked} w="fit-content">
            Add reward function
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
          {library.map((info) => (
            <Menu.Item
              key={info.name}
              disabled={used.has(info.name)}
              onClick={() => edit(["rewards", rewards.length], newReward(info, fields))}
            >
              <span className={classes.choice}>
                <b>{info.name}</b>
                <span className={classes.kind}>{info.kind}</span>
              </span>
              <span className="muted">
                <HelpText text={firstLine(info.doc)} />
              </span>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
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
  const name = typeof reward.name === "string" ? reward.name : "unnamed";
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
        {info ? (
          <span className={classes.kind}>{info.kind}</span>
        ) : (
          <span className={classes.finding}>not in the library</span>
        )}
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

function firstLine(doc: string): string {
  return doc.split("\n")[0] ?? "";
}
