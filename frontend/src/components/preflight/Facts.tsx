import type { ReactNode } from "react";
import classes from "./Facts.module.css";

export interface FactItem {
  label: string;
  value: ReactNode;
  /** What the number means, on hover. */
  title?: string;
  testId?: string;
}

/** Names and numbers, one a line. */
export function Facts({ items }: { items: readonly FactItem[] }) {
  return (
    <dl className={classes.facts}>
      {items.map(({ label, value, title, testId }) => (
        <div key={label} title={title}>
          <dt>{label}</dt>
          <dd data-testid={testId}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
