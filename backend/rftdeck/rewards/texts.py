"""Accuracy of texts, by what would have to be changed to make them equal."""

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from rftdeck.rewards.core import Judged, Sample, Score
from rftdeck.rewards.reading import NO_GOLD, no_answer, read_answer, read_gold, read_json, shorten

MAX_COMPARED = 10_000
"""Words or characters: beyond it only the beginning is compared, and the rest counts as wrong."""
_WORD = re.compile(r"\w+")


def word_accuracy(sample: Sample) -> Score:
    """1 − word error rate, not below 0: edits between the words of answer and gold, a word of the gold each.

    Range 0 to 1. Undecided without a gold. Source: Video-R1 `src/r1-v/src/open_r1/grpo.py` (OCR).
    """
    gold = read_gold(sample.answer)
    if gold is None:
        return NO_GOLD
    answer = read_answer(sample.completion)
    if answer is None:
        return no_answer()
    error = word_error_rate(answer, gold)
    return Judged(max(0.0, 1 - error), shorten(answer), f"word error rate {error:.3g}")


def anls(sample: Sample, *, threshold: Annotated[float, Field(ge=0, le=1)] = 0.5) -> Score:
    """1 − edit distance / length of the longer text, 0 where that is below `threshold`. Range 0 to 1.

    Characters are compared without case. A gold that is a JSON list of texts holds several right answers, and the
    nearest counts. Undecided without a gold. Source: DocVQA (arXiv 2007.00398), from arXiv 1905.13648.
    """
    gold = read_gold(sample.answer)
    if gold is None:
        return NO_GOLD
    answer = read_answer(sample.completion)
    if answer is None:
        return no_answer()
    several = read_json(gold) if gold.startswith("[") else None
    if not isinstance(several, list) or not several or not all(isinstance(text, str) for text in several):
        several = [gold]
    best = max(_similarity(answer, text, threshold) for text in several)
    return Judged(best if best >= threshold else 0.0, shorten(answer), f"similarity {best:.3g}")


def word_error_rate(text: str, gold: str) -> float:
    """Edits between the words of both, divided by the words of the gold; it may exceed 1."""
    words, wanted = text.split(), gold.split()
    return edit_distance(words, wanted) / max(1, len(wanted))


def rouge(text: str, gold: str) -> float:
    """Mean of the F-measures of ROUGE-1, ROUGE-2 and ROUGE-L over case-folded words (Lin 2004). Range 0 to 1."""
    words, wanted = _WORD.findall(text.casefold()), _WORD.findall(gold.casefold())
    pairs, wanted_pairs = list(pairwise(words)), list(pairwise(wanted))
    common = common_subsequence(words, wanted)
    scores = (
        _f_measure((Counter(words) & Counter(wanted)).total(), len(words), len(wanted)),
        _f_measure((Counter(pairs) & Counter(wanted_pairs)).total(), len(pairs), len(wanted_pairs)),
        _f_measure(common, len(words), len(wanted)),
    )
    return sum(scores) / len(scores)


def edit_distance(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    """Levenshtein distance, in len(a) steps on integers of len(b) bits (Hyyrö 2003, "A bit-vector algorithm")."""
    beyond = max(0, max(len(a), len(b)) - MAX_COMPARED)
    a, b = a[:MAX_COMPARED], b[:MAX_COMPARED]
    if not b:
        return len(a) + beyond
    places = _places(b)
    everywhere, last = (1 << len(b)) - 1, 1 << (len(b) - 1)
    up, down, distance = everywhere, 0, len(b)
    for item in a:
        match = places.get(item, 0)
        diagonal = (((match & up) + up) ^ up) | match | down
        right = down | (everywhere & ~(diagonal | up))
        left = up & diagonal
        if right & last:
            distance += 1
        elif left & last:
            distance -= 1
        right, left = (right << 1 | 1) & everywhere, (left << 1) & everywhere
        up = left | (everywhere & ~(diagonal | right))
        down = right & diagonal
    return distance + beyond


def common_subsequence(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    """Length of the longest common subsequence, in len(a) steps on integers of len(b) bits (Hyyrö 2004)."""
    a, b = a[:MAX_COMPARED], b[:MAX_COMPARED]
    places = _places(b)
    everywhere = (1 << len(b)) - 1
    free = everywhere
    for item in a:
        match = free & places.get(item, 0)
        free = ((free + match) | (free - match)) & everywhere
    return len(b) - free.bit_count()


def _places(items: Sequence[Hashable]) -> dict[Hashable, int]:
    """Item → bits of the places where it stands."""
    found: dict[Hashable, list[int]] = {}
    for place, item in enumerate(items):
        found.setdefault(item, []).append(place)
    bits: dict[Hashable, int] = {}
    for item, where in found.items():
        marks = bytearray(len(items) // 8 + 1)
        for place in where:
            marks[place // 8] |= 1 << place % 8
        bits[item] = int.from_bytes(marks, "little")
    return bits


def _f_measure(common: int, n: int, n_gold: int) -> float:
    return 2 * common / (n + n_gold) if common else 0.0


def _similarity(text: str, gold: str, threshold: float) -> float:
    a, b = " ".join(text.casefold().split()), " ".join(gold.casefold().split())
    longer = max(len(a), len(b))
    if not longer:
        return 1.0
    if min(len(a), len(b)) / longer < threshold:  # too far apart, however well the common part fits
        return 0.0
    return 1 - edit_distance(a, b) / longer
