import { useSessionStorage } from "@mantine/hooks";

/**
 * Something being written that survives a reload. What was stored is read by `parse`, since an older version of this
 * page may have written it; null when nothing was stored, or what was stored is of no use.
 */
export function useSessionDraft<T>(key: string, parse: (stored: unknown) => T | null) {
  return useSessionStorage<T | null>({
    key: `rftdeck.${key}`,
    defaultValue: null,
    getInitialValueInEffect: false,
    serialize: (value) => JSON.stringify(value),
    deserialize: (text) => {
      try {
        return text === undefined ? null : parse(JSON.parse(text));
      } catch {
        return null;
      }
    },
  });
}
