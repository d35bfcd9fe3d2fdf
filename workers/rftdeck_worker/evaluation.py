"""Held-out evaluation: sample one completion a prompt, score it, keep some to read."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from datasets import Dataset
from rftdeck.events import MetricsLogged, RolloutsCaptured
from rftdeck.rollouts import GroupCapture
from rftdeck.spec import RunSpec
from rftdeck.spool import SpoolWriter

from rftdeck_worker.capture import GeneratedBatch, GroupBuilder
from rftdeck_worker.metrics import finite
from rftdeck_worker.rewards import outcome_index
from rftdeck_worker.sampling import Sampler
from rftdeck_worker.scoring import Scorer
from rftdeck_worker.seam import SeamTrainer

MAX_GROUPS = 64
"""Completions of an evaluation that are kept to read."""


@dataclass(frozen=True)
class Evaluation:
    accuracy: float | None
    """Mean of the first outcome reward, a missing score counted as 0; None without an outcome reward."""
    reward: float | None
    """Mean of the weighted rewards."""
    mean_length: float
    """Tokens."""

    def metrics(self) -> dict[str, float | None]:
        values = {
            "eval/heldout/accuracy": self.accuracy,
            "eval/heldout/reward": self.reward,
            "eval/heldout/mean_length": self.mean_length,
        }
        return {key: finite(value) for key, value in values.items() if value is not None}


class Evaluator:
    """Evaluates a policy on the held-out rows, always with the same random numbers."""

    def __init__(
        self,
        spec: RunSpec,
        rows: Dataset,
        processor: Any,
        scorer: Scorer,
        spool: SpoolWriter,
        phase: Callable[[str, float | None], None],
    ) -> None:
        self._spec, self._rows, self._scorer = spec, rows, scorer
        self._spool, self._phase = spool, phase
        self._sampler = Sampler(spec, processor, scorer, temperature=spec.evaluation.temperature)
        self._evaluated_step: int | None = None
        self._builder = GroupBuilder(scorer.rewards, self._sampler.tokenizer, spool, tokens=False)

    def evaluate(self, trainer: SeamTrainer, step: int) -> None:
        """Report metrics and rollouts as those of `step`, once a step. The random state stays as it was."""
        if step == self._evaluated_step:
            return
        self._evaluated_step = step
        model = trainer.policy
        devices = [model.device] if model.device.type == "cuda" else []
        training = model.training
        model.eval()
        batches: list[GeneratedBatch] = []
        size = self._spec.evaluation.batch_size
        # Autocast, because TRL samples that way too: before the first step the model would not do it by itself.
        with torch.random.fork_rng(devices), torch.inference_mode(), trainer.accelerator.autocast():
            torch.manual_seed(self._spec.seed)
            for start in range(0, len(self._rows), size):
                self._phase("evaluating", start / len(self._rows))
                rows = [self._rows[index] for index in range(start, min(start + size, len(self._rows)))]
                batches.append(self._sampler.sample(model, rows, step))
        model.train(training)
        self._report(self._summary(batches), batches, step)

    def _summary(self, batches: list[GeneratedBatch]) -> Evaluation:
        lengths = [len(ids) for batch in batches for ids in batch.completion_ids]
        rewards = [reward for batch in batches for reward in batch.rewards if reward is not None]
        outcome = outcome_index(self._scorer.rewards, self._scorer.custom)
        accuracy = None
        if outcome is not None:
            scores = [result.score or 0.0 for batch in batches for result in batch.scored[outcome]]
            accuracy = sum(scores) / len(scores)
        reward = sum(rewards) / len(rewards) if rewards else None
        return Evaluation(accuracy, reward, sum(lengths) / len(lengths))

    def _report(self, evaluation: Evaluation, batches: list[GeneratedBatch], step: int) -> None:
        metrics = evaluation.metrics()
        self._spool.append(
            MetricsLogged(
                keys=list(metrics),
                steps=[step],
                times=[time.time()],
                values=[[value] for value in metrics.values()],
            )
        )
        groups: list[GroupCapture] = []
        for batch in batches:
            for member in range(min(len(batch.rows), MAX_GROUPS - len(groups))):
                groups.append(self._builder.build(batch, range(member, member + 1), index=len(groups)))
        self._spool.append(RolloutsCaptured(step=step, mode="eval", groups=groups))
