import { Fragment } from "react";
import classes from "./YamlText.module.css";

const LINE = /^(\s*(?:- )*)([\w.-]+)(:)(.*)$/;

/** YAML to be read: keys and values told apart, with line numbers. */
export function YamlText({ text }: { text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
    <pre className={classes.yaml} tabIndex={0}>
      {text
        .trimEnd()
        .split("\n")
        .map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
          <Fragment key={i}>
            <Line text={line} />
            {"\n"}
          </Fragment>
        ))}
    </pre>
  );
}

function Line({ text }: { text: string }) {
  const [, indent, key, colon, rest = ""] = LINE.exec(text) ?? [];
  if (key === undefined) return <span className={classes.line}>{text || " "}</span>;
  const value = rest.trim();
  const kind = /^(null|true|false|-?[\d.]+(e[+-]?\d+)?|\[\]|\{\})$/i.test(value) ? "plain" : "text";
  return (
    <span className={classes.line}>
      {indent}
      <span className={classes.key}>{key}</span>
      {colon}
      <span data-kind={kind}>{rest}</span>
    </span>
  );
}
