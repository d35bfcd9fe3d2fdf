"""Rewards for the form of a completion."""

import re
from collections.abc import Callable
from typing import Literal

from rftdeck.rewards.accuracy import AccuracyName, Threshold, accuracy_of
from rftdeck.rewards.core import Sample, Score, Undecided
from rftdeck.rewards.gui import gui_format
from rftdeck.rewards.reading import TAGS, behind_think, last_block, last_boxed, think_answer_blocks

_NUMBER = r"\s*+-?\d++(?:\.\d++)?+\s*+"
_BOX = re.compile(rf"\[{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}\]")


def think_answer(sample: Sample) -> Score:
    """1 if the whole completion is `<think>…</think><answer>…</answer>`, else 0.

    Source: R1-V `src/r1-v/src/open_r1/grpo.py` (format_reward).
    """
    return float(think_answer_blocks(sample.completion) is not None)


def think_boxed(sample: Sample) -> Score:
    r"""1 if the completion is one think block and then a text with a `\boxed{…}`, else 0.

    Source: EasyR1 `examples/reward_function/math.py` (format_reward), whose total on geometry3k is .9 accuracy + .1 of
    this.
    """
    behind = behind_think(sample.completion)
    return float(behind is not None and last_boxed(behind) is not None)


def tag_count(sample: Sample) -> Score:
    """A quarter for each of the four tags that stands exactly once. Range 0 to 1.

    Source: open-r1 `src/open_r1/rewards.py` (tag_count_reward).
    """
    return sum(sample.completion.count(tag) == 1 for tag in TAGS) / 4


def answer_only(sample: Sample) -> Score:
    """1 if an `<answer>…</answer>` block stands in the completion, else 0. Source: R1-AQA (arXiv 2503.11197)."""
    return float(last_block(sample.completion, "answer") is not None)


def rec_json(sample: Sample) -> Score:
    """1 if the completion is a think block and an answer block that holds `{ … [x1, y1, x2, y2] … }`, else 0.

    The source takes whole numbers only; decimals count here, as gold boxes may have them. Source: VLM-R1
    `src/open-r1-multimodal` (format_reward_rec).
    """
    blocks = think_answer_blocks(sample.completion)
    if blocks is None:
        return 0.0
    start, end = blocks[1].find("{"), blocks[1].rfind("}")
    return float(start >= 0 and _BOX.search(blocks[1], start, max(start, end)) is not None)


FormatName = Literal["think_answer", "think_boxed", "answer_only", "rec_json", "gui_format"]

FORMATS: dict[FormatName, Callable[[Sample], Score]] = {
    "think_answer": think_answer,
    "think_boxed": think_boxed,
    "answer_only": answer_only,
    "rec_json": rec_json,
    "gui_format": gui_format,
}
"""All of them give 0 or 1."""


def format_and_correct(
    sample: Sample,
    *,
    accuracy: AccuracyName = "math",
    format: FormatName = "think_answer",
    threshold: Threshold = 0.5,
) -> Score:
    """1 only if the format and the answer (accuracy above `threshold`) are both right, else 0: no partial credit.

    Undecided when the accuracy is. Source: Vision-R1 (arXiv 2503.06749, hard formatting result reward).
    """
    right = accuracy_of(sample, accuracy)
    if isinstance(right, Undecided):
        return right
    return float(right > threshold and FORMATS[format](sample) == 1.0)
