"""Rewards for the way to the answer. Who judged the way stands in the row: a model, or a person."""

import math
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from rftdeck.rewards.accuracy import AccuracyName, Threshold, accuracy_of
from rftdeck.rewards.core import Judged, Sample, Score, Undecided
from rftdeck.rewards.reading import as_number

Weight = Annotated[float, Field(ge=0, le=100)]


def think_trust(
    group: Sequence[Sample],
    *,
    accuracy: AccuracyName = "exact_answer",
    threshold: Threshold = 0.5,
    weight: Weight = 0.3,
    decay_steps: Annotated[float, Field(gt=0)] = 500.0,
) -> list[Score]:
    """accuracy + weight · exp(−step / decay_steps) · γ · think. Range 0 to 1 + weight.

    think is the row's `think_score` of this completion, 0 to 1. γ is the trust in these scores: with c̄ and w̄ their
    means over right (accuracy > threshold) and wrong siblings, exp(c̄ − w̄) when c̄ < w̄, else 1. Undecided when the
    accuracy is, and without a think score. Source: SophiaVL-R1 (arXiv 2505.17018, Trust-GRPO).
    """
    accuracies = [accuracy_of(sample, accuracy) for sample in group]
    thoughts = [_unit(sample.row.get("think_score")) for sample in group]
    right: list[float] = []
    wrong: list[float] = []
    for answer, thought in zip(accuracies, thoughts, strict=True):
        if not isinstance(answer, Undecided) and thought is not None:
            (right if answer > threshold else wrong).append(thought)
    trust = min(1.0, math.exp(_mean(right) - _mean(wrong))) if right and wrong else 1.0
    scores: list[Score] = []
    for sample, answer, thought in zip(group, accuracies, thoughts, strict=True):
        if isinstance(answer, Undecided):
            scores.append(answer)
        elif thought is None:
            scores.append(Undecided("the row has no think_score from 0 to 1"))
        else:
            share = weight * math.exp(-sample.step / decay_steps) * trust
            why = f"accuracy {answer:.3g} + {share:.3g} × think score {thought:.3g}, trust {trust:.3g}"
            scores.append(Judged(answer + share * thought, None, why))
    return scores


def key_steps(sample: Sample, *, accuracy: AccuracyName = "exact_answer", weight: Weight = 0.1) -> Score:
    """accuracy + weight · share of the key steps that stand in the completion + 1 if the steps are valid.

    The row's `key_steps` is a list of texts, or of lists of equivalent texts; they are looked for without regard to case
    and white space. Its `step_valid` says whether the steps are complete and in order. Range 0 to 2 + weight. Undecided
    when the accuracy is, and without these columns. Source: R1-VL (arXiv 2503.12937, StepGRPO).
    """
    steps = _steps(sample.row.get("key_steps"))
    if not steps:
        return Undecided("the row has no key_steps: texts, or lists of equivalent texts")
    valid = sample.row.get("step_valid")
    if valid not in (True, False):
        return Undecided("the row does not say whether the steps are valid (step_valid)")
    answer = accuracy_of(sample, accuracy)
    if isinstance(answer, Undecided):
        return answer
    text = _plain(sample.completion)
    found = sum(any(form in text for form in forms) for forms in steps)
    why = (
        f"accuracy {answer:.3g}, {found} of {len(steps)} key steps, steps {'valid' if valid else 'not valid'}"
    )
    return Judged(answer + weight * found / len(steps) + float(bool(valid)), None, why)


def consistency(
    group: Sequence[Sample],
    *,
    accuracy: AccuracyName = "exact_answer",
    threshold: Threshold = 0.5,
    weight: Weight = 0.5,
    slack: Annotated[float, Field(ge=0, le=1)] = 0.01,
) -> list[Score]:
    """weight · accuracy for right completions whose reasoning makes the reference model sure of the answer, else 0.

    The row's `reference_confidence` of this completion, 0 to 1, must reach its mean over the right siblings − slack.
    Range 0 to weight. Undecided when the accuracy is, and without a confidence. Source: GRPO-CARE (arXiv 2506.16141).
    """
    accuracies = [accuracy_of(sample, accuracy) for sample in group]
    sure = [_unit(sample.row.get("reference_confidence")) for sample in group]
    of_right = [
        confidence
        for answer, confidence in zip(accuracies, sure, strict=True)
        if not isinstance(answer, Undecided) and answer > threshold and confidence is not None
    ]
    bar = _mean(of_right) - slack if of_right else 0.0
    scores: list[Score] = []
    for answer, confidence in zip(accuracies, sure, strict=True):
        if isinstance(answer, Undecided):
            scores.append(answer)
        elif confidence is None:
            scores.append(Undecided("the row has no reference_confidence from 0 to 1"))
        elif answer > threshold and confidence >= bar:
            scores.append(Judged(weight * answer, None, f"right, confidence {confidence:.3g} ≥ {bar:.3g}"))
        else:
            why = f"confidence {confidence:.3g} < {bar:.3g}" if answer > threshold else "wrong"
            scores.append(Judged(0.0, None, why))
    return scores


def _mean(values: Sequence[float]) -> float:
    """The same in any order."""
    return math.fsum(values) / len(values)


def _unit(value: Any) -> float | None:
    number = as_number(value)
    return number if number is not None and 0 <= number <= 1 else None


def _steps(value: Any) -> list[list[str]]:
    """Forms of each step; empty when anything is no text."""
    if not isinstance(value, list | tuple):
        return []
    steps = [[step] if isinstance(step, str) else step for step in value]
    if not all(
        isinstance(forms, list | tuple)
        and forms
        and all(isinstance(form, str) and form.strip() for form in forms)
        for forms in steps
    ):
        return []
    return [[_plain(form) for form in forms] for forms in steps]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
