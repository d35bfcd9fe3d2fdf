"""Metrics of a step that TRL does not have: groups, length quantiles, reward latency, where the time went."""

import math
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

import numpy as np
from rftdeck.judging import NO_CUSTOM, Custom
from rftdeck.spec import RewardSpec

from rftdeck_worker.capture import GeneratedBatch
from rftdeck_worker.rewards import outcome_index

Part = Literal["generate", "reward", "prepare", "pass", "optimizer"]
"""Of a step's time. Preparing holds generating and scoring; a training pass holds preparing."""


class StepMetrics:
    """Collects through one step; `take` returns its metrics and begins the next."""

    def __init__(self, rewards: Sequence[RewardSpec], custom: Custom = NO_CUSTOM) -> None:
        self._rewards = rewards
        self._outcome = outcome_index(rewards, custom)
        self._batches: list[dict[str, float]] = []
        self._seconds: defaultdict[Part, float] = defaultdict(float)
        self._began = time.perf_counter()

    @contextmanager
    def clock(self, part: Part) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.spent(part, time.perf_counter() - began)

    def spent(self, part: Part, seconds: float) -> None:
        self._seconds[part] += seconds

    def begin(self) -> None:
        """Time that went into evaluating or saving belongs to no step."""
        self._began = time.perf_counter()
        self._seconds.clear()

    def add(self, batch: GeneratedBatch) -> None:
        self._batches.append(
            group_metrics(batch, self._outcome) | length_metrics(batch) | self._reward_metrics(batch)
        )

    def take(self) -> dict[str, float]:
        """Means over the batches generated in the step (usually one), and its seconds."""
        keys = {key for batch in self._batches for key in batch}
        taken = {
            key: float(np.mean([batch[key] for batch in self._batches if key in batch]))
            for key in sorted(keys)
        }
        taken |= self._times()
        self._batches.clear()
        self.begin()
        return taken

    def _times(self) -> dict[str, float]:
        seconds = self._seconds
        update = seconds["pass"] - seconds["prepare"] + seconds["optimizer"]
        total = time.perf_counter() - self._began
        return {
            "time/generate_s": seconds["generate"],
            "time/reward_s": seconds["reward"],
            "time/update_s": update,
            "time/other_s": max(0.0, total - seconds["generate"] - seconds["reward"] - update),
        }

    def _reward_metrics(self, batch: GeneratedBatch) -> dict[str, float]:
        metrics: dict[str, float] = {}
        for spec, results in zip(self._rewards, batch.scored, strict=True):
            p50, p95 = np.percentile([result.seconds for result in results], (50, 95))
            metrics |= {
                f"rewards/{spec.name}/none_frac": _share(result.score is None for result in results),
                f"rewards/{spec.name}/timeout_frac": _share(result.timed_out for result in results),
                f"rewards/{spec.name}/p50_latency_s": float(p50),
                f"rewards/{spec.name}/p95_latency_s": float(p95),
            }
        return metrics


def group_metrics(batch: GeneratedBatch, outcome: int | None) -> dict[str, float]:
    """Shares of the groups that teach nothing. A completion without a score is not right."""
    starts = range(0, len(batch.uids), batch.num_generations)
    groups = [slice(start, start + batch.num_generations) for start in starts]
    metrics = {"groups/zero_std_frac": _share(_is_flat(batch.rewards[group]) for group in groups)}
    if outcome is not None:
        right = [result.score is not None and result.score >= 1.0 for result in batch.scored[outcome]]
        wrong = [result.score is None or result.score <= 0.0 for result in batch.scored[outcome]]
        metrics["groups/all_correct_frac"] = _share(all(right[group]) for group in groups)
        metrics["groups/all_wrong_frac"] = _share(all(wrong[group]) for group in groups)
    return metrics


def length_metrics(batch: GeneratedBatch) -> dict[str, float]:
    """Quantiles of the completion length in tokens."""
    p10, p50, p90 = np.percentile([len(ids) for ids in batch.completion_ids], (10, 50, 90))
    return {
        "completions/length_p10": float(p10),
        "completions/length_p50": float(p50),
        "completions/length_p90": float(p90),
    }


def finite(value: float | None) -> float | None:
    """NaN and infinity are None everywhere behind the worker."""
    return value if value is not None and math.isfinite(value) else None


def _is_flat(rewards: Sequence[float | None]) -> bool:
    known = [reward for reward in rewards if reward is not None]
    return not known or max(known) - min(known) < 1e-8


def _share(flags: Iterable[bool]) -> float:
    values = list(flags)
    return sum(values) / len(values)
