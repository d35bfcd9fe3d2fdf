"""What watching costs: the same training by the bare GRPOTrainer and by rftdeck, taking turns.

The bare trainer calls the rewards in its own process and reports nothing. Ours scores them in the reward process,
captures every rollout with its tokens, and writes everything to a spool. Both must log the same curves to the last
bit. The machine may be busy, and noise only ever adds: of each step the fastest of all rounds counts. The ratio of
processor time is printed beside it, which other processes disturb less.

`python tests/benchmarks/bench_capture.py` exits with 1 when the curves differ or the ratio is above the goal.
"""

import argparse
import gc
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rftdeck.presets import SPECS
from rftdeck.rewards import REWARDS, Sample, Undecided
from rftdeck.rewards.core import Judged
from rftdeck.sandbox import Judge
from rftdeck.spec import RunSpec
from rftdeck.spool import SpoolWriter
from rftdeck_worker import environment

environment.prepare()

import torch  # noqa: E402
from rftdeck_worker.callbacks import Report  # noqa: E402
from rftdeck_worker.capture import Capture  # noqa: E402
from rftdeck_worker.config import grpo_config  # noqa: E402
from rftdeck_worker.data import load_data  # noqa: E402
from rftdeck_worker.metrics import StepMetrics  # noqa: E402
from rftdeck_worker.models import find_model, load_model, load_processor  # noqa: E402
from rftdeck_worker.rewards import PROCESSES  # noqa: E402
from rftdeck_worker.scoring import Scorer, reward_functions  # noqa: E402
from rftdeck_worker.seam import SeamTrainer  # noqa: E402
from transformers import TrainerCallback  # noqa: E402
from transformers.trainer_callback import PrinterCallback  # noqa: E402
from trl import GRPOTrainer  # noqa: E402

GOAL = 1.03
TIMES = {"step_time", "train_runtime", "train_samples_per_second", "train_steps_per_second"}


Seconds = tuple[float, float]
"""Of the clock on the wall, and of this process on the processor."""
Curves = list[dict[str, float]]


class StepClock(TrainerCallback):  # type: ignore[misc]
    """Measures from the end of a step to the end of the next, everything in between included."""

    def __init__(self) -> None:
        self.steps: list[Seconds] = []
        self._last: Seconds | None = None

    def on_step_end(self, *_: Any, **__: Any) -> None:
        now = time.perf_counter(), time.process_time()
        if self._last is not None:
            self.steps.append((now[0] - self._last[0], now[1] - self._last[1]))
        self._last = now


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starter", choices=["text", "vision"], default="text")
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--home", type=Path, default=Path.home() / ".cache" / "rftdeck-learning")
    options = parser.parse_args()
    os.environ["RFTDECK_HOME"] = str(options.home)
    torch.set_num_threads(1)
    preset = SPECS[f"starter-{options.starter}"].spec
    schedule = preset.schedule.model_copy(update={"max_steps": options.steps})
    spec = preset.model_copy(update={"schedule": schedule})
    find_model(spec.model, lambda fraction: None)  # builds it
    gc.collect()
    gc.freeze()  # as in the worker: otherwise a collection of all imported objects (.2 s) falls on either side by chance

    bare: list[list[Seconds]] = []
    ours: list[list[Seconds]] = []
    equal = True
    for number in range(options.rounds):
        their_curves, steps = train_bare(spec)
        bare.append(steps)
        our_curves, steps = train_ours(spec)
        ours.append(steps)
        equal = equal and our_curves == their_curves
        walls = [sum(wall for wall, _ in rounds[-1]) for rounds in (bare, ours)]
        print(f"round {number + 1}: bare {walls[0]:.2f} s, ours {walls[1]:.2f} s", flush=True)
    (bare_wall, bare_cpu), (our_wall, our_cpu) = fastest(bare), fastest(ours)
    print(f"\nper step: bare {bare_wall * 1e3:.1f} ms, ours {our_wall * 1e3:.1f} ms")
    print(
        f"ratio {our_wall / bare_wall:.4f} (goal: at most {GOAL}); of processor time {our_cpu / bare_cpu:.4f}"
    )
    print(f"curves {'equal to the last bit' if equal else 'DIFFER'}")
    return int(not equal or our_wall / bare_wall > GOAL)


def fastest(rounds: list[list[Seconds]]) -> Seconds:
    """Mean over the steps of the fastest round of each."""
    steps = list(zip(*rounds, strict=True))
    wall = sum(min(wall for wall, _ in step) for step in steps) / len(steps)
    cpu = sum(min(cpu for _, cpu in step) for step in steps) / len(steps)
    return wall, cpu


def train_bare(spec: RunSpec) -> tuple[Curves, list[Seconds]]:
    rewards = [plain_reward(reward.name) for reward in spec.rewards]
    with tempfile.TemporaryDirectory() as folder:
        return train(GRPOTrainer(reward_funcs=rewards, **options_of(spec, Path(folder))))


def train_ours(spec: RunSpec) -> tuple[Curves, list[Seconds]]:
    with tempfile.TemporaryDirectory() as folder, Judge(PROCESSES) as judge:
        options = options_of(spec, Path(folder))
        processor = options["processing_class"]
        tokenizer = processor.tokenizer if spec.dataset.image_column else processor
        spool = SpoolWriter(Path(folder))
        scorer = Scorer(judge, spec.rewards, num_generations=spec.sampling.num_generations)
        trainer = SeamTrainer(
            reward_funcs=reward_functions(scorer),
            capture=Capture(spec.capture, spec.rewards, tokenizer, spool),
            step_metrics=StepMetrics(spec.rewards),
            **options,
        )
        trainer.add_callback(Report(trainer, spool, lambda step: None))
        return train(trainer)


def train(trainer: GRPOTrainer) -> tuple[Curves, list[Seconds]]:
    """Curves, and the seconds of each step but the first."""
    clock = StepClock()
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(clock)
    trainer.train()
    curves = [
        {key: value for key, value in log.items() if key not in TIMES} for log in trainer.state.log_history
    ]
    return curves, clock.steps


def options_of(spec: RunSpec, folder: Path) -> dict[str, Any]:
    source = find_model(spec.model, lambda fraction: None)
    return {
        "model": load_model(spec.model, source),
        "args": grpo_config(spec, folder),
        "train_dataset": load_data(spec.dataset, lambda fraction: None).train,
        "processing_class": load_processor(source),
    }


def plain_reward(name: str) -> Any:
    """The same reward as a plain function, the way TRL's own examples write them."""

    def reward(completions: list[Any], answer: list[str], **_: Any) -> list[float | None]:
        scores = [
            REWARDS[name].function(Sample(completion[0]["content"], gold))
            for completion, gold in zip(completions, answer, strict=True)
        ]
        plain = [score.score if isinstance(score, Judged) else score for score in scores]
        return [None if isinstance(score, Undecided) else score for score in plain]

    reward.__name__ = name
    return reward


if __name__ == "__main__":
    sys.exit(main())
