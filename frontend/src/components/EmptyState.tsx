import type { ReactNode } from "react";
import classes from "./EmptyState.module.css";

interface Props {
  icon: ReactNode;
  title: string;
  /** h1 where this is all that the page has. */
  heading?: "h1" | "h2";
  children?: ReactNode;
  action?: ReactNode;
}

export function EmptyState({ icon, title, heading: Heading = "h2", children, action }: Props) {
  return (
    <div className={classes.box}>
      <div className={classes.icon} aria-hidden>
        {icon}
      </div>
      <Heading className={classes.title}>{title}</Heading>
      {children && <div className={classes.text}>{children}</div>}
      {action && <div className={classes.action}>{action}</div>}
    </div>
  );
}
