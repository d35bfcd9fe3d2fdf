import { CloseButton, Group, MultiSelect, Pill, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import { experimentsOptions } from "@/api/catalog";
import { RUN_STATES } from "@/api/runState";
import { choicesParam } from "@/lib/search";
import type { RunsSearch } from "./search";

interface Props {
  search: RunsSearch;
  onChange: (search: RunsSearch) => void;
}

export function RunFilters({ search, onChange }: Props) {
  const experiments = useQuery(experimentsOptions);
  return (
    <Group gap={8} mb={14} role="search" aria-label="Filter runs">
      <TextFilter text={search.q ?? ""} onChange={(q) => onChange({ ...search, q: q || undefined })} />
      <MultiSelect
        aria-label="State"
        placeholder={search.state ? undefined : "Any state"}
        data={RUN_STATES.map((state) => ({ value: state, label: state }))}
        value={search.state ?? []}
        onChange={(states) => onChange({ ...search, state: choicesParam(states, RUN_STATES) })}
        size="xs"
        miw={150}
        maw={340}
        clearable
      />
      <Select
        aria-label="Experiment"
        placeholder="Any experiment"
        data={(experiments.data?.items ?? []).map(({ name }) => name)}
        value={search.experiment ?? null}
        onChange={(experiment) => onChange({ ...search, experiment: experiment ?? undefined })}
        searchable
        clearable
        w={170}
      />
      {search.tag && (
        <Pill
          withRemoveButton
          size="sm"
          onRemove={() => onChange({ ...search, tag: undefined })}
          removeButtonProps={{ "aria-label": `Stop filtering by tag ${search.tag}`, tabIndex: 0 }}
        >
          tag: {search.tag}
        </Pill>
      )}
    </Group>
  );
}

/** Typing waits a moment before it asks the server. */
function TextFilter({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  const ask = useDebouncedCallback(onChange, 250);
  useEffect(() => setTyped(text), [text]);
  return (
    <TextInput
      aria-label="Search runs"
      placeholder="Search name, experiment, tags, notes"
      leftSection={<Search size={14} />}
      rightSection={
        typed && (
          <CloseButton
            size="xs"
            aria-label="Clear the search"
            onClick={() => {
              setTyped("");
              onChange("");
            }}
          />
        )
      }
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        ask(currentTarget.value);
      }}
      w={270}
    />
  );
}
