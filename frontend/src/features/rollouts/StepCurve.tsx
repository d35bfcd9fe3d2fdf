import type { RolloutSteps } from "@/api/types";
import classes from "./StepBar.module.css";

const WIDTH = 400;
const HEIGHT = 34;

interface Props {
  captured: RolloutSteps;
  at: number;
  onStep: (step: number) => void;
}

/** The mean reward of the captured steps, as a slider. */
export function StepCurve({ captured: { steps, reward_mean }, at, onStep }: Props) {
  const values = reward_mean.flatMap((value) => (value === null ? [] : [value]));
  const low = Math.min(...values);
  const high = Math.max(...values);
  const x = (i: number) => (steps.length < 2 ? WIDTH / 2 : (i / (steps.length - 1)) * WIDTH);
  const y = (value: number) =>
    high > low ? HEIGHT - 4 - ((value - low) / (high - low)) * (HEIGHT - 8) : HEIGHT / 2;
  const points = reward_mean.flatMap((value, i) =>
    value === null ? [] : [`${x(i).toFixed(1)},${y(value).toFixed(1)}`],
  );
  const here = reward_mean[at];
  return (
    <div className={classes.slider}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
        <polyline
          points={points.join(" ")}
          fill="none"
          stroke="var(--rd-faint)"
          strokeWidth="1.3"
          vectorEffect="non-scaling-stroke"
        />
        {at >= 0 && (
          <line
            x1={x(at)}
            x2={x(at)}
            y1={0}
            y2={HEIGHT}
            stroke="var(--rd-accent)"
            strokeWidth="2"
            vectorEffect="non-scaling-stroke"
          />
        )}
      </svg>
      <input
        type="range"
        aria-label="Captured step"
        aria-valuetext={at >= 0 ? `step ${steps[at]}, reward ${here?.toFixed(3) ?? "unknown"}` : undefined}
        min={0}
        max={Math.max(0, steps.length - 1)}
        value={Math.max(0, at)}
        disabled={steps.length < 2}
        onChange={({ currentTarget }) => {
          const step = steps[currentTarget.valueAsNumber];
          if (step !== undefined) onStep(step);
        }}
      />
    </div>
  );
}
