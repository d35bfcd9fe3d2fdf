import { type KeyboardEvent, useRef } from "react";
import classes from "./CodeEditor.module.css";
import { dedent, type Edit, indent, newline } from "./code";

interface Props {
  label: string;
  text: string;
  wrongLine: number | null;
  /** Left out when the code is only to be read. */
  onChange?: (text: string) => void;
}

/** Code with line numbers. Tab indents; Escape and then Tab leaves the field. */
export function CodeEditor({ label, text, wrongLine, onChange }: Props) {
  const gutter = useRef<HTMLDivElement>(null);
  const leaves = useRef(false);

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const area = event.currentTarget;
    const { selectionStart: start, selectionEnd: end } = area;
    if (event.key === "Escape") {
      leaves.current = true;
      return;
    }
    if (event.key === "Tab" && !leaves.current && onChange) {
      event.preventDefault();
      apply(area, (event.shiftKey ? dedent : indent)(area.value, start, end));
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing && onChange) {
      event.preventDefault();
      apply(area, newline(area.value, start, end));
    }
    if (event.key !== "Shift") leaves.current = false;
  };

  return (
    <div className={classes.editor} data-readonly={onChange === undefined || undefined}>
      <div ref={gutter} className={classes.gutter} aria-hidden>
        {text.split("\n").map((_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
          <div key={i} data-wrong={wrongLine === i + 1 || undefined}>
            {i + 1}
          </div>
        ))}
      </div>
      <textarea
        aria-label={label}
        aria-invalid={wrongLine !== null}
        className={classes.text}
        rows={Math.min(28, Math.max(10, text.split("\n").length + 1))}
        value={text}
        readOnly={onChange === undefined}
        onChange={({ currentTarget }) => onChange?.(currentTarget.value)}
        onKeyDown={onKeyDown}
        onScroll={({ currentTarget }) => {
          if (gutter.current) gutter.current.scrollTop = currentTarget.scrollTop;
        }}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        wrap="off"
        data-testid="code-editor"
      />
    </div>
  );
}

/** As if it had been typed: the only way that keeps what was done undoable. */
function apply(area: HTMLTextAreaElement, { from, to, text, selection }: Edit): void {
  area.setSelectionRange(from, to);
  if (text === "") document.execCommand("delete");
  else document.execCommand("insertText", false, text);
  area.setSelectionRange(...selection);
}
