import { useRef } from "react";
import type { Parsed } from "@/lib/yaml";
import classes from "./YamlEditor.module.css";

interface Props {
  text: string;
  parsed: Parsed;
  onChange: (text: string) => void;
}

/** The spec as text, with line numbers and the place of a mistake. */
export function YamlEditor({ text, parsed, onChange }: Props) {
  const gutter = useRef<HTMLDivElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const lines = text.split("\n").length;
  const wrongLine = parsed.ok ? null : parsed.line;
  return (
    <div className={classes.editor}>
      <div className={classes.area}>
        <div ref={gutter} className={classes.gutter} aria-hidden>
          {Array.from({ length: lines }, (_, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
            <div key={i} data-wrong={wrongLine === i + 1 || undefined}>
              {i + 1}
            </div>
          ))}
        </div>
        <textarea
          ref={area}
          aria-label="Run spec as YAML"
          aria-invalid={!parsed.ok}
          aria-describedby="yaml-error"
          data-testid="yaml-editor"
          className={classes.text}
          value={text}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
          onScroll={({ currentTarget }) => {
            if (gutter.current) gutter.current.scrollTop = currentTarget.scrollTop;
          }}
          spellCheck={false}
          autoCapitalize="off"
          autoCorrect="off"
          wrap="off"
        />
      </div>
      <p id="yaml-error" className={classes.error} role="status">
        {!parsed.ok && (
          <>
            <button type="button" onClick={() => area.current && goTo(area.current, parsed.line)}>
              Line {parsed.line}, column {parsed.column}
            </button>
            : {parsed.message}
          </>
        )}
      </p>
    </div>
  );
}

const LINE_HEIGHT = 20;

/** Selects a line and brings it into sight. */
function goTo(area: HTMLTextAreaElement, line: number): void {
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  area.scrollTop = Math.max(0, (line - 4) * LINE_HEIGHT);
}
