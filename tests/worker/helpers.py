"""Small real runs, in this process and without a server."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rftdeck.events import AttemptEnded
from rftdeck.presets import SPECS
from rftdeck.runs import Claim
from rftdeck.spec import RunSpec
from rftdeck.spool import SpoolReader
from rftdeck_worker import train
from rftdeck_worker.attempt import AttemptFolder


def small_spec(kind: str = "text", **changes: Any) -> RunSpec:
    """A starter run of some steps: 4 groups of 4 completions a step."""
    spec = SPECS[f"starter-{kind}"].spec.model_dump()
    quick: dict[str, Any] = {
        "optimizer": {"per_device_train_batch_size": 16, "warmup_steps": 0, "learning_rate": 1e-3},
        "sampling": {"num_generations": 4, "max_completion_length": 12},
        "schedule": {"max_steps": 3},
        "evaluation": {"before_and_after": False},
        "checkpointing": {"every_steps": 100, "keep_last": 2},
    }
    spec["dataset"]["heldout"]["rows"] = 24
    for section, values in [*quick.items(), *changes.items()]:
        spec[section] = spec[section] | values if isinstance(values, dict) else values
    return RunSpec.model_validate(spec)


@dataclass
class Trained:
    ended: AttemptEnded
    events: list[dict[str, Any]]
    folder: AttemptFolder

    def of(self, kind: str, **fields: Any) -> list[dict[str, Any]]:
        return [
            event
            for event in self.events
            if event["type"] == kind and all(event[name] == value for name, value in fields.items())
        ]

    def curve(self, key: str) -> dict[int, float | None]:
        return {
            event["steps"][0]: event["values"][event["keys"].index(key)][0]
            for event in self.of("metrics.logged")
            if key in event["keys"]
        }

    def groups(self, step: int, mode: str = "train") -> list[dict[str, Any]]:
        (event,) = self.of("rollouts.captured", step=step, mode=mode)
        groups: list[dict[str, Any]] = event["groups"]
        return groups


def a_claim(spec: RunSpec, *, run_id: int = 1, attempt: int = 1, checkpoint: Path | None = None) -> Claim:
    return Claim(
        run_id=run_id,
        attempt=attempt,
        token="token",
        lease_s=60,
        name=spec.name,
        spec=spec,
        checkpoint=None if checkpoint is None else str(checkpoint),
        checkpoint_step=0 if checkpoint is None else int(checkpoint.name.rpartition("-")[2]),
    )


def train_here(claim: Claim, folder: AttemptFolder | None = None) -> Trained:
    folder = folder or AttemptFolder.create(claim)
    ended = train.run(claim, folder)
    return Trained(ended, [line.event for line in SpoolReader(folder.path).lines(0, 2**30)], folder)
