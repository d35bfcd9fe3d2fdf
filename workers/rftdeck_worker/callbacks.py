"""What happens at the end of a step: report it, evaluate, save, stop."""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rftdeck.events import CheckpointDeleted, CheckpointSaved, MetricsLogged
from rftdeck.spool import SpoolWriter
from rftdeck.states import Request
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from rftdeck_worker.metrics import finite
from rftdeck_worker.seam import SeamTrainer

log = logging.getLogger(__name__)

LOG_EVERY_S = 1.0


class Report(TrainerCallback):  # type: ignore[misc]
    """Writes what a finished step was to the spool: its rollouts, its metrics in one event, its checkpoint."""

    def __init__(self, trainer: SeamTrainer, spool: SpoolWriter, evaluate: Callable[[int], None]) -> None:
        self._trainer, self._spool, self._evaluate = trainer, spool, evaluate
        self._checkpoints = list_checkpoints(Path(trainer.args.output_dir))
        self._step_metrics: dict[str, float] = {}
        self._optimizer_began = 0.0
        self._logged_at = 0.0

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        self._trainer.step_metrics.begin()

    def on_pre_optimizer_step(self, *_: Any, **__: Any) -> None:
        self._optimizer_began = time.perf_counter()

    def on_optimizer_step(self, *_: Any, **__: Any) -> None:
        self._trainer.step_metrics.spent("optimizer", time.perf_counter() - self._optimizer_began)

    def on_step_end(self, *_: Any, **__: Any) -> None:
        self._trainer.watch(self._finish_step)

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float | None] | None = None,
        **_: Any,
    ) -> None:
        if logs is None or "train_runtime" in logs:  # the summary behind the last step
            return
        self._trainer.watch(self._report_step, state, logs)
        self._evaluate(state.global_step)
        self._trainer.step_metrics.begin()

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._trainer.watch(self._report_checkpoint, Path(args.output_dir), state.global_step)
        self._trainer.step_metrics.begin()

    def on_train_end(self, *_: Any, **__: Any) -> None:
        self._trainer.watch(self._trainer.capture.close)

    def _finish_step(self) -> None:
        self._step_metrics = self._trainer.step_metrics.take()
        self._trainer.capture.flush()

    def _report_step(self, state: TrainerState, logs: dict[str, float | None]) -> None:
        metrics = logs | self._step_metrics
        self._spool.append(
            MetricsLogged(
                keys=list(metrics),
                steps=[state.global_step],
                times=[time.time()],
                values=[[finite(value)] for value in metrics.values()],
            )
        )
        now = time.monotonic()
        if now - self._logged_at >= LOG_EVERY_S or state.global_step == state.max_steps:
            self._logged_at = now
            shown = ("reward", "completions/mean_length", "loss", "step_time")
            values = "  ".join(f"{key} {value:.4g}" for key in shown if (value := logs.get(key)) is not None)
            log.info("step %d/%d  %s", state.global_step, state.max_steps, values)

    def _report_checkpoint(self, folder: Path, step: int) -> None:
        found = list_checkpoints(folder)
        size = sum(file.stat().st_size for file in found[step].rglob("*") if file.is_file())
        self._spool.append(CheckpointSaved(step=step, path=str(found[step]), size_bytes=size))
        for deleted in sorted(self._checkpoints.keys() - found.keys()):
            self._spool.append(CheckpointDeleted(step=deleted))
        self._checkpoints = found


class SaveAndStop(TrainerCallback):  # type: ignore[misc]
    """Saves and stops at generation boundaries alone, because only there a resumed run goes on exactly."""

    def __init__(
        self, trainer: SeamTrainer, every_steps: int, read_request: Callable[[], Request | None]
    ) -> None:
        self._trainer, self._every_steps, self._read_request = trainer, every_steps, read_request
        self._save_due = False
        self.stopped_by: Request | None = None

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._save_due |= state.global_step % self._every_steps == 0
        is_last = state.global_step >= state.max_steps
        if is_last or (self._save_due and self._trainer.at_generation_boundary):
            control.should_save = True
            self._save_due = False
        if is_last or not self._trainer.at_generation_boundary:
            return
        self.stopped_by = self._read_request()
        if self.stopped_by is not None:
            control.should_save = control.should_training_stop = True


def list_checkpoints(folder: Path) -> dict[int, Path]:
    """Step → directory of the checkpoints that are there."""
    return {int(path.name.rpartition("-")[2]): path for path in folder.glob("checkpoint-*")}
