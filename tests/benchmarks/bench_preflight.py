"""Does a pre-flight tell what a step will take? Predicted against measured, on both starters.

Run: python -m tests.benchmarks.bench_preflight
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

from rftdeck import Client
from rftdeck.cli.stack import Stack
from rftdeck.preflights import PreflightOptions
from rftdeck.presets import SPECS

STEPS = 30
GOAL = 0.30


def measured_step_s(client: Client, run_id: int) -> float:
    """Median over the steps of a run after the first; what a step is made of, as the trainer measured it."""
    keys = ["time/generate_s", "time/reward_s", "time/update_s", "time/other_s"]
    columns = [series.mean[1:] for series in client.series(run_id, keys)]
    return statistics.median(sum(part or 0.0 for part in parts) for parts in zip(*columns, strict=True))


def main() -> int:
    worst = 0.0
    with tempfile.TemporaryDirectory() as home:
        os.environ["RFTDECK_HOME"] = home
        subprocess.run(
            [sys.executable, "-m", "rftdeck_worker.starters", "build", "text", "vision"], check=True
        )
        with Stack(port=0) as stack:
            stack.wait_for_worker()
            client = stack.client
            for name in ("starter-text", "starter-vision"):
                spec = SPECS[name].spec.model_copy(deep=True)
                spec.schedule.max_steps = STEPS
                spec.evaluation.before_and_after = False
                began = time.monotonic()
                flight = client.preflight(spec, PreflightOptions())
                client.wait(flight.run_id, timeout_s=300, poll_s=0.2)
                took_s = time.monotonic() - began
                result = client.read_preflight(flight.run_id).result
                assert result is not None, client.run(flight.run_id).state_reason
                run = client.wait(client.launch(spec).id, timeout_s=600, poll_s=0.2)
                step_s = measured_step_s(client, run.id)
                ratio = result.step_time_s / step_s
                worst = max(worst, abs(ratio - 1))
                print(
                    f"{name}: pre-flight of {result.n_prompts} x {result.n_completions} in {took_s:.1f} s; "
                    f"a step {result.step_time_s:.3f} s predicted, {step_s:.3f} s measured, ratio {ratio:.2f}; "
                    f"pass rate {result.pass_rate:.3f}, expected without signal {result.expected_no_signal_frac:.2f}"
                )
    print(f"worst error {worst:.0%}, goal {GOAL:.0%}")
    return int(worst > GOAL)


if __name__ == "__main__":
    sys.exit(main())
