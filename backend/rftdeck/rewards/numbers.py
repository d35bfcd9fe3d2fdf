"""Accuracy of numbers, by how far off they are."""

import math
from typing import Annotated

from pydantic import Field

from rftdeck.rewards.core import Judged, Sample, Undecided
from rftdeck.rewards.reading import NO_GOLD, no_answer, read_answer, read_gold, read_number, shorten

_MRA_LIMITS = tuple((100 - theta) / 100 for theta in range(50, 100, 5))
"""1 − θ for θ = .50, .55, …, .95, as the nearest double: 1 − .85 is more than .15 in floating point."""
Share = Annotated[float, Field(gt=0, le=10)]


def relative_error(number: float, gold: float) -> float:
    """|number − gold| / |gold|; towards a gold of 0 it is 0 or infinite."""
    if number == gold:
        return 0.0
    return abs(number - gold) / abs(gold) if gold else math.inf


def mra(sample: Sample) -> Judged | Undecided:
    """Mean relative accuracy: share of θ in {.50, .55, …, .95} for which |answer − gold| / |gold| < 1 − θ.

    Range 0 to 1. Undecided without a gold and when the gold is no number. Source: VSI-Bench (arXiv 2412.14171, eq. 1).
    """
    numbers = _numbers(sample)
    if not isinstance(numbers, tuple):
        return numbers
    error = relative_error(*numbers)
    passed = sum(error < limit for limit in _MRA_LIMITS)
    return Judged(
        passed / len(_MRA_LIMITS),
        f"{numbers[0]:g}",
        f"relative error {error:.3g}: within {passed} of {len(_MRA_LIMITS)} limits",
    )


def numeric_tolerance(sample: Sample, *, full: Share = 0.05, zero: Share = 0.20) -> Judged | Undecided:
    """1 below a relative error of `full`, 0 above `zero`, and half a cosine wave between the two.

    With d = |answer − gold| and g = |gold|: ½ (cos(π (d − full·g) / ((zero − full)·g)) + 1). Range 0 to 1. Undecided
    without a gold and when the gold is no number. Source: Reason-RFT (arXiv 2503.20752).
    """
    numbers = _numbers(sample)
    if not isinstance(numbers, tuple):
        return numbers
    error = relative_error(*numbers)
    if error < full or error == 0:
        score = 1.0
    elif error >= zero:
        score = 0.0
    else:
        score = (math.cos(math.pi * (error - full) / (zero - full)) + 1) / 2
    return Judged(score, f"{numbers[0]:g}", f"relative error {error:.3g}")


def relaxed_accuracy(sample: Sample, *, tolerance: Share = 0.05) -> Judged | Undecided:
    """1 if a number is within a relative error of `tolerance` of the gold, or a text equals it, else 0.

    A percentage is a hundredth of its number; texts are compared without case. Undecided without a gold. Source:
    ChartQA (arXiv 2203.10244, section 5.1).
    """
    gold = read_gold(sample.answer)
    if gold is None:
        return NO_GOLD
    answer = read_answer(sample.completion)
    if answer is None:
        return no_answer()
    number, wanted = _share(answer), _share(gold)
    if number is not None and wanted is not None:
        error = relative_error(number, wanted)
        return Judged(float(error <= tolerance), f"{number:g}", f"relative error {error:.3g}")
    same = " ".join(answer.casefold().split()) == " ".join(gold.casefold().split())
    return Judged(float(same), shorten(answer), "equals the gold" if same else "differs from the gold")


def _numbers(sample: Sample) -> tuple[float, float] | Judged | Undecided:
    """Answer and gold."""
    gold = read_gold(sample.answer)
    if gold is None:
        return NO_GOLD
    wanted = read_number(gold)
    if wanted is None:
        return Undecided("the gold is no number")
    answer = read_answer(sample.completion)
    if answer is None:
        return no_answer()
    number = read_number(answer)
    if number is None:
        return Judged(0.0, shorten(answer), "is no single number")
    return number, wanted


def _share(text: str) -> float | None:
    number = read_number(text)
    return number / 100 if number is not None and text.endswith("%") else number
