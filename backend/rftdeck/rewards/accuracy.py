"""Right or wrong, for the rewards that build on it."""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field

from rftdeck.rewards.answers import exact_answer, multiple_choice, problem_type
from rftdeck.rewards.core import Judged, Sample, Score, Undecided
from rftdeck.rewards.grounding import iou, map_count
from rftdeck.rewards.gui import gui_r1
from rftdeck.rewards.mathematics import math
from rftdeck.rewards.numbers import mra, numeric_tolerance, relaxed_accuracy
from rftdeck.rewards.reasoning import reasoning_gym
from rftdeck.rewards.temporal import tiou
from rftdeck.rewards.texts import anls, word_accuracy

AccuracyName = Literal[
    "exact_answer", "math", "multiple_choice", "problem_type", "mra", "numeric_tolerance", "relaxed_accuracy", "anls",
    "word_accuracy", "reasoning_gym", "iou", "map_count", "gui_r1", "tiou",
]  # fmt: skip

ACCURACY: dict[AccuracyName, Callable[[Sample], Score]] = {
    "exact_answer": exact_answer,
    "math": math,
    "multiple_choice": multiple_choice,
    "problem_type": problem_type,
    "mra": mra,
    "numeric_tolerance": numeric_tolerance,
    "relaxed_accuracy": relaxed_accuracy,
    "anls": anls,
    "word_accuracy": word_accuracy,
    "reasoning_gym": reasoning_gym,
    "iou": iou,
    "map_count": map_count,
    "gui_r1": gui_r1,
    "tiou": tiou,
}
"""Under their default params all of them range from 0 to 1."""

Threshold = Annotated[float, Field(ge=0, lt=1)]
"""A completion is right when its accuracy is above this."""


def accuracy_of(sample: Sample, name: AccuracyName) -> float | Undecided:
    """The bare score. Raises KeyError for another name."""
    score = ACCURACY[name](sample)
    return score.score if isinstance(score, Judged) else score
