import { useSessionStorage } from "@mantine/hooks";
import { useMemo, useRef } from "react";
import type { Json, JsonObject, Path } from "@/lib/json";
import { editYaml, type Parsed, parseYaml } from "@/lib/yaml";

export type Edit = (path: Path, value: Json | undefined) => void;

export interface Draft {
  /** What a person wrote, even while it does not parse: the one truth. */
  text: string;
  parsed: Parsed;
  /** The newest value that parsed. */
  value: JsonObject;
  isEdited: boolean;
  setText: (text: string) => void;
  edit: Edit;
  discard: () => void;
}

const EMPTY: JsonObject = {};

/** The spec being written, as YAML text; it survives a reload. Each source keeps a draft of its own. */
export function useDraft(source: string, initial: string): Draft {
  const [stored, setStored, removeStored] = useSessionStorage<string | null>({
    key: `rftdeck.launch.${source}`,
    defaultValue: null,
    getInitialValueInEffect: false,
    serialize: (text) => text ?? "",
    deserialize: (text) => text ?? null,
  });
  const text = stored ?? initial;
  const parsed = useMemo(() => parseYaml(text), [text]);
  const lastGood = useRef(EMPTY);
  if (parsed.ok) lastGood.current = parsed.value;

  return {
    text,
    parsed,
    value: parsed.ok ? parsed.value : lastGood.current,
    isEdited: stored !== null && stored !== initial,
    setText: setStored,
    // Two edits in one event must both count, so the newest text is taken, not the one of this render.
    edit: (path, value) =>
      setStored((before) => {
        const now = before ?? initial;
        return parseYaml(now).ok ? editYaml(now, path, value) : now;
      }),
    discard: removeStored,
  };
}
