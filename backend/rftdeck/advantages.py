"""Advantages as TRL computes them (`trl/trainer/grpo_trainer.py`, multi_objective_aggregation sum_then_normalize)."""

import statistics
from collections.abc import Sequence
from typing import Literal

Scale = Literal["group", "batch", "none"]
EPSILON = 1e-4
FLAT = 1e-8
"""A group whose rewards differ by less has no signal."""


def advantages(groups: Sequence[Sequence[float | None]], scale: Scale) -> list[list[float | None]]:
    """Advantage of each completion from the rewards of a batch of groups: (r - mean of its group) / (std + 1e-4).

    std (with Bessel's correction) is that of the group, that of the whole batch, or 1 with scale `none`. A completion
    without a reward has no advantage, and does not count for its siblings.
    """
    batch_std = _std([reward for group in groups for reward in group])
    return [_of_group(group, scale, batch_std) for group in groups]


def is_flat(rewards: Sequence[float | None]) -> bool:
    """Whether a group teaches nothing."""
    known = [reward for reward in rewards if reward is not None]
    return not known or max(known) - min(known) < FLAT


def _of_group(rewards: Sequence[float | None], scale: Scale, batch_std: float) -> list[float | None]:
    known = [reward for reward in rewards if reward is not None]
    if not known:
        return [None] * len(rewards)
    mean = statistics.fmean(known)
    match scale:
        case "group":
            divisor = _std(rewards) + EPSILON
        case "batch":
            divisor = batch_std + EPSILON
        case "none":
            divisor = 1.0
    return [None if reward is None else (reward - mean) / divisor for reward in rewards]


def _std(rewards: Sequence[float | None]) -> float:
    known = [reward for reward in rewards if reward is not None]
    return statistics.stdev(known) if len(known) > 1 else 0.0
