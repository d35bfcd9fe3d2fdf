"""Rewards for intervals of time."""

import re

from rftdeck.rewards.core import Judged, Sample, Score, Undecided
from rftdeck.rewards.reading import (
    MAX_NUMBER_TEXT,
    NO_GOLD,
    as_point,
    no_answer,
    read_answer,
    read_gold,
    read_json,
    shorten,
)

Interval = tuple[float, float]
"""Start and end in seconds."""

_SECONDS = re.compile(r"\d++(?:\.\d++)?")
MAX_SECONDS = 1e9


def tiou(sample: Sample) -> Score:
    """Temporal IoU: max(0, min(ends) − max(starts)) / (max(ends) − min(starts)). Range 0 to 1.

    The answer is `[start, end]` or any text with two numbers, e.g. `2.5 to 8 s`, in seconds. One that ends before it
    starts is wrong. Undecided without a gold and when it is no interval of some length. Source: TimeZero
    (arXiv 2503.13377).
    """
    gold = read_gold(sample.answer)
    if gold is None:
        return NO_GOLD
    wanted = read_interval(gold)
    if wanted is None or wanted[1] <= wanted[0]:
        return Undecided("the gold is no interval of some length")
    answer = read_answer(sample.completion)
    if answer is None:
        return no_answer()
    found = read_interval(answer)
    if found is None:
        return Judged(0.0, shorten(answer), "is no interval: it should be two numbers")
    shown = f"{found[0]:g} to {found[1]:g} s"
    if found[1] < found[0]:
        return Judged(0.0, shown, "ends before it starts")
    score = interval_overlap(found, wanted)
    return Judged(score, shown, f"tIoU {score:.3f} with {wanted[0]:g} to {wanted[1]:g} s")


def interval_overlap(a: Interval, b: Interval) -> float:
    """Temporal IoU, 0 to 1; 0 for two intervals of no length."""
    together = max(a[1], b[1]) - min(a[0], b[0])
    return max(0.0, min(a[1], b[1]) - max(a[0], b[0])) / together if together > 0 else 0.0


def read_interval(text: str) -> Interval | None:
    """A JSON list of two numbers, else the only two numbers of a text; None for anything else."""
    pair = as_point(read_json(text))
    if pair is not None:
        return pair
    if len(text) > MAX_NUMBER_TEXT:
        return None
    numbers = [float(part) for part in _SECONDS.findall(text)]
    if len(numbers) != 2 or max(numbers) > MAX_SECONDS:
        return None
    return numbers[0], numbers[1]
