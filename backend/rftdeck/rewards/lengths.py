"""Rewards for length, repetition and language."""

import math
import re
from collections.abc import Sequence
from itertools import islice
from typing import Annotated, Literal

from pydantic import Field

from rftdeck.rewards.accuracy import AccuracyName, Threshold, accuracy_of
from rftdeck.rewards.core import Judged, Sample, Score, Undecided

Tokens = Annotated[int, Field(ge=1)]
Penalty = Annotated[float, Field(ge=0, le=100)]
Value = Annotated[float, Field(ge=-100, le=100)]


def soft_overlong(sample: Sample, *, max_length: Tokens, cache: Tokens) -> Score:
    """0 up to max_length − cache tokens, then falling linearly to −1 at max_length, −1 above.

    DAPO (arXiv 2503.14476, eq. 13) with max_length 20480 and cache 4096. Range −1 to 0.
    """
    over = sample.length - (max_length - cache)
    if over <= 0:
        return 0.0
    return -min(1.0, over / cache)


def cosine_length(
    sample: Sample,
    *,
    max_length: Tokens = 1000,
    accuracy: AccuracyName = "exact_answer",
    threshold: Threshold = 0.5,
    correct_short: Value = 1.0,
    correct_long: Value = 0.5,
    wrong_short: Value = -1.0,
    wrong_long: Value = -0.5,
) -> Score:
    """long + ½ (short − long) (1 + cos(π · length / max_length)): half a cosine wave from `short` at 0 to `long`.

    Right answers (accuracy > threshold) fall from 1 to .5, wrong ones rise from −1 to −.5; lengths are in tokens, cut at
    max_length. Range −1 to 1. Undecided when the accuracy is. Source: arXiv 2502.03373; constants of open-r1
    `src/open_r1/rewards.py` (get_cosine_scaled_reward).
    """
    right = accuracy_of(sample, accuracy)
    if isinstance(right, Undecided):
        return right
    is_right = right > threshold
    short, long = (correct_short, correct_long) if is_right else (wrong_short, wrong_long)
    share = min(sample.length, max_length) / max_length
    score = long + (short - long) / 2 * (1 + math.cos(math.pi * share))
    return Judged(score, None, f"{'right' if is_right else 'wrong'}, {share:.0%} of the longest length")


def kimi_length(
    group: Sequence[Sample], *, accuracy: AccuracyName = "exact_answer", threshold: Threshold = 0.5
) -> list[Score]:
    """λ = .5 − (length − shortest) / (longest − shortest) for right answers, min(0, λ) for wrong ones.

    Lengths in tokens, the extremes over all siblings; 0 when they are equal. Range −.5 to .5. Undecided when the
    accuracy is. Source: Kimi k1.5 (arXiv 2501.12599, section 2.3.3).
    """
    shortest = min((sample.length for sample in group), default=0)
    longest = max((sample.length for sample in group), default=0)
    scores: list[Score] = []
    for sample in group:
        right = accuracy_of(sample, accuracy)
        if isinstance(right, Undecided):
            scores.append(right)
            continue
        share = 0.5 - (sample.length - shortest) / (longest - shortest) if longest > shortest else 0.0
        is_right = right > threshold
        scores.append(
            Judged(
                share if is_right else min(0.0, share),
                None,
                f"{'right' if is_right else 'wrong'}, {sample.length} tokens of {shortest} to {longest}",
            )
        )
    return scores


def repetition(
    sample: Sample, *, n: Annotated[int, Field(ge=1, le=100)] = 3, penalty: Penalty = 1.0
) -> Score:
    """−penalty · (1 − different n-grams / n-grams), over case-folded words; 0 for fewer than n words.

    Range −penalty to 0. Source: arXiv 2502.03373; open-r1 `src/open_r1/rewards.py` (get_repetition_penalty_reward).
    """
    words = sample.completion.casefold().split()
    grams = len(words) - n + 1
    if grams < 1:
        return 0.0
    different = len(set(zip(*(islice(words, start, None) for start in range(n)), strict=False)))
    return -penalty * (1 - different / grams)


Script = Literal["arabic", "cyrillic", "devanagari", "han", "hangul", "hebrew", "kana", "latin", "thai"]

_SCRIPTS: dict[Script, re.Pattern[str]] = {
    "arabic": re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefe]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "devanagari": re.compile("[\u0900-\u097f]"),
    "han": re.compile(
        "[\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
    ),
    "hangul": re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]"),
    "hebrew": re.compile("[\u0590-\u05ff]"),
    "kana": re.compile("[\u3040-\u30ff\u31f0-\u31ff]"),
    "latin": re.compile("[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]"),
    "thai": re.compile("[\u0e00-\u0e7f]"),
}
"""Blocks of the Unicode standard."""


def language(sample: Sample, *, unwanted: Script = "han", penalty: Penalty = 0.1) -> Score:
    """−penalty × share of the characters that belong to the unwanted script. Range −penalty to 0.

    Source: MAYE (arXiv 2504.02587, language reward).
    """
    if not sample.completion:
        return 0.0
    found = sum(1 for _ in _SCRIPTS[unwanted].finditer(sample.completion))
    return -penalty * found / len(sample.completion)
