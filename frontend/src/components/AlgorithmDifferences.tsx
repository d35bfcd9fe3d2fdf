import type { Difference } from "@/api/types";
import classes from "./AlgorithmDifferences.module.css";

export function showValue(value: unknown): string {
  return value === null || value === undefined ? "none" : String(value);
}

/** Field by field, how an algorithm differs from GRPO. */
export function AlgorithmDifferences({ differences }: { differences: readonly Difference[] }) {
  if (differences.length === 0) return <p className="muted">Plain GRPO: every field as in the paper.</p>;
  return (
    <table className={classes.table} aria-label="Differences from GRPO">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">GRPO</th>
          <th scope="col">Here</th>
        </tr>
      </thead>
      <tbody>
        {differences.map(({ field, grpo, value }) => (
          <tr key={field}>
            <td className="mono">{field}</td>
            <td className="muted num">{showValue(grpo)}</td>
            <td className="num">
              <b>{showValue(value)}</b>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
