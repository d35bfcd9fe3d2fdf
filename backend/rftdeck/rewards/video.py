"""Rewards of Video-R1 besides its accuracy."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from rftdeck.rewards.accuracy import AccuracyName, Threshold, accuracy_of
from rftdeck.rewards.core import Judged, Sample, Score, Undecided

Bonus = Annotated[float, Field(ge=0, le=100)]


def temporal_contrast(
    group: Sequence[Sample],
    *,
    accuracy: AccuracyName = "problem_type",
    bonus: Bonus = 0.3,
    ratio: Annotated[float, Field(ge=0, le=10)] = 0.8,
    threshold: Threshold = 0.1,
) -> list[Score]:
    """`bonus` for right completions (accuracy > .1) when the order of the frames helps, else 0.

    It helps when the mean accuracy on ordered frames is at least `ratio` times that on shuffled ones. Siblings that saw
    shuffled frames have `shuffled: true` in their row; they serve as the comparison and are undecided themselves, as are
    all without any of them. Range 0 to `bonus`. Source: Video-R1 (arXiv 2503.21776, T-GRPO).
    """
    accuracies = [accuracy_of(sample, accuracy) for sample in group]
    is_shuffled = [sample.row.get("shuffled") is True for sample in group]
    ordered = [score for score, apart in zip(accuracies, is_shuffled, strict=True) if not apart]
    shuffled = [score for score, apart in zip(accuracies, is_shuffled, strict=True) if apart]
    mean_ordered, mean_shuffled = _mean(ordered), _mean(shuffled)
    if mean_shuffled is None:
        return [Undecided("no scored sibling saw shuffled frames")] * len(group)
    helps = mean_ordered is not None and mean_ordered >= ratio * mean_shuffled
    why = f"mean accuracy {mean_ordered or 0:.3g} on ordered frames, {mean_shuffled:.3g} on shuffled ones"
    scores: list[Score] = []
    for score, apart in zip(accuracies, is_shuffled, strict=True):
        if apart:
            scores.append(Undecided("it saw shuffled frames: it is what the others are compared with"))
        elif isinstance(score, Undecided):
            scores.append(score)
        else:
            scores.append(Judged(bonus if helps and score > threshold else 0.0, None, why))
    return scores


def length_band(
    sample: Sample,
    *,
    accuracy: AccuracyName = "problem_type",
    bonus: Bonus = 0.2,
    min_tokens: Annotated[int, Field(ge=0)] = 320,
    max_tokens: Annotated[int, Field(ge=1)] = 512,
    threshold: Threshold = 0.1,
) -> Score:
    """`bonus` when the answer is right (accuracy > .1) and min_tokens ≤ length ≤ max_tokens, else 0.

    Range 0 to `bonus`; lengths are in tokens. Undecided when the accuracy is. Source: Video-R1
    `src/r1-v/src/open_r1/trainer/grpo_trainer.py` (len_control).
    """
    right = accuracy_of(sample, accuracy)
    if isinstance(right, Undecided):
        return right
    within = min_tokens <= sample.length <= max_tokens
    why = (
        f"{'right' if right > threshold else 'wrong'}, {sample.length} tokens of {min_tokens} to {max_tokens}"
    )
    return Judged(bonus if right > threshold and within else 0.0, None, why)


def _mean(scores: Sequence[float | Undecided]) -> float | None:
    """Of those that are decided; None without any. The same in any order."""
    decided = sorted(score for score in scores if not isinstance(score, Undecided))
    return sum(decided) / len(decided) if decided else None
