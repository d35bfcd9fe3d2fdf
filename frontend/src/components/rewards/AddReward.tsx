import { Select } from "@mantine/core";
import { Plus } from "lucide-react";
import { baseName } from "@/api/scoring";
import type { RewardInfo } from "@/api/types";
import { HelpText } from "@/components/HelpText";
import classes from "./RewardCard.module.css";

interface Props {
  items: readonly RewardInfo[];
  used: ReadonlySet<string>;
  onAdd: (info: RewardInfo) => void;
}

const GROUPS = ["outcome", "process", "shaping"];

/** A searchable list of all rewards by kind, those written here first. */
export function AddReward({ items, used, onAdd }: Props) {
  const free = items.filter(({ name }) => !used.has(name));
  const byName = new Map(free.map((info) => [info.name, info]));
  const group = (title: string, members: RewardInfo[]) => ({
    group: title,
    items: members.map(({ name }) => name),
  });
  const data = [
    group(
      "custom",
      free.filter(({ custom }) => custom),
    ),
    ...GROUPS.map((kind) =>
      group(
        kind,
        free.filter((info) => !info.custom && info.kind === kind),
      ),
    ),
  ].filter((entry) => entry.items.length > 0);
  return (
    <Select
      aria-label="Add a reward"
      placeholder="Add a reward…"
      leftSection={<Plus size={13} />}
      data={data}
      value={null}
      searchable
      nothingFoundMessage="No such reward"
      maxDropdownHeight={380}
      comboboxProps={{ width: 420, position: "bottom-start" }}
      data-testid="add-reward"
      renderOption={({ option }) => {
        const info = byName.get(option.value);
        return (
          <span className={classes.choice}>
            <b>{baseName(option.value)}</b>
            {info && (
              <span className="muted">
                <HelpText text={info.doc.split("\n")[0] ?? ""} />
              </span>
            )}
          </span>
        );
      }}
      onChange={(name) => {
        const info = name === null ? undefined : byName.get(name);
        if (info) onAdd(info);
      }}
    />
  );
}
