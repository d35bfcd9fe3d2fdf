"""What the starters learn, over three seeds each: `make learning` prints a Markdown table.

Every seed gets a starter model of its own, and is then trained by the preset as it stands. Takes about fifteen
minutes on one core; what was built before is used again.
"""

import argparse
import os
import time
from pathlib import Path
from typing import Any

from rftdeck.presets import SPECS
from rftdeck.runs import Claim
from rftdeck.spec import RunSpec
from rftdeck.spool import SpoolReader
from rftdeck.states import Outcome
from rftdeck_worker import environment

environment.prepare()

from rftdeck_worker import train  # noqa: E402
from rftdeck_worker.attempt import AttemptFolder  # noqa: E402
from rftdeck_worker.starters import ensure_model  # noqa: E402

GOALS = {"text": "≤ .35 → ≥ .80", "vision": "+ .35"}
COLUMNS = (
    "starter", "seed", "steps", "held-out accuracy", "goal", "reached",
    "held-out length (tokens)", "reward", "training (s)", "warm start (s)",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starters", nargs="*", default=["text", "vision"])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--home", type=Path, default=Path.home() / ".cache" / "rftdeck-learning")
    options = parser.parse_args()
    os.environ["RFTDECK_HOME"] = str(options.home)
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}", flush=True)
    for kind in options.starters:
        for seed in options.seeds:
            print(f"| {' | '.join(learn(kind, seed))} |", flush=True)


def learn(kind: str, seed: int) -> list[str]:
    """Cells of one row."""
    spec = SPECS[f"starter-{kind}"].spec
    model = f"starter/{kind}" + (f"-seed{seed}" if seed else "")
    began = time.perf_counter()
    ensure_model(model, lambda fraction: None)
    build_s = time.perf_counter() - began
    spec = spec.model_copy(update={"seed": seed, "model": spec.model.model_copy(update={"name": model})})
    began = time.perf_counter()
    events = run(spec, run_id=run_id_of(kind, seed))
    train_s = time.perf_counter() - began
    accuracy, length = curve(events, "eval/heldout/accuracy"), curve(events, "eval/heldout/mean_length")
    reward = curve(events, "reward")
    before, after = accuracy[0], accuracy[-1]
    reached = after >= 0.80 and before <= 0.35 if kind == "text" else after - before >= 0.35
    reached = reached and (kind != "text" or length[-1] > length[0])
    return [
        kind,
        str(seed),
        str(spec.schedule.max_steps),
        f"{before:.3f} → {after:.3f}",
        GOALS[kind],
        "yes" if reached else "no",
        f"{length[0]:.1f} → {length[-1]:.1f}",
        f"{reward[0]:.2f} → {reward[-1]:.2f}",
        f"{train_s:.0f}",
        f"{build_s:.0f}" if build_s > 1 else "–",
    ]


def run(spec: RunSpec, run_id: int) -> list[dict[str, Any]]:
    claim = Claim(
        run_id=run_id,
        attempt=1,
        token="",
        lease_s=60,
        name=spec.name,
        spec=spec,
        checkpoint=None,
        checkpoint_step=0,
    )
    folder = AttemptFolder.create(claim)
    ended = train.run(claim, folder)
    assert ended.outcome is Outcome.COMPLETED, ended
    return [line.event for line in SpoolReader(folder.path).lines(0, max_bytes=2**31)]


def curve(events: list[dict[str, Any]], key: str) -> list[float]:
    return [
        event["values"][event["keys"].index(key)][0]
        for event in events
        if event["type"] == "metrics.logged" and key in event["keys"]
    ]


def run_id_of(kind: str, seed: int) -> int:
    return 10 * (1 + ("text", "vision").index(kind)) + seed


if __name__ == "__main__":
    main()
