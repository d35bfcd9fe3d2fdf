import { Button } from "@mantine/core";
import { CircleAlert, RotateCw } from "lucide-react";
import type { Problem } from "@/api/problem";
import classes from "./ProblemAlert.module.css";

interface Props {
  problem: Problem;
  onRetry?: () => void;
}

/** A problem document: what went wrong, which fields, and how to mend them. */
export function ProblemAlert({ problem, onRetry }: Props) {
  return (
    <div className={classes.alert} role="alert">
      <CircleAlert size={16} className={classes.icon} aria-hidden />
      <div className={classes.body}>
        <strong>{problem.title}</strong>
        {problem.detail && <p>{problem.detail}</p>}
        {problem.errors.length > 0 && (
          <ul>
            {problem.errors.map(({ path, reason, fix }) => (
              <li key={`${path} ${reason}`}>
                <code className="mono">{path}</code> {reason}
                {fix && <span className="muted"> → {fix}</span>}
              </li>
            ))}
          </ul>
        )}
      </div>
      {onRetry && (
        <Button variant="default" leftSection={<RotateCw size={13} />} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
