"""Rewards for the form of a completion."""

import re

from rftdeck.rewards.core import Sample, Score

_THINK_ANSWER = re.compile(r"\s*<think>.*?</think>\s*<answer>.*?</answer>\s*", re.DOTALL)
_TAGS = ("<think>", "</think>", "<answer>", "</answer>")


def think_answer(sample: Sample) -> Score:
    """1 if the whole completion is `<think>…</think><answer>…</answer>`, else 0.

    Source: R1-V `src/r1-v/src/open_r1/grpo.py` (format_reward).
    """
    return float(
        _THINK_ANSWER.fullmatch(sample.completion) is not None
        and all(sample.completion.count(tag) == 1 for tag in _TAGS)
    )


def tag_count(sample: Sample) -> Score:
    """A quarter for each of the four tags that stands exactly once. Range 0 to 1.

    Source: open-r1 `src/open_r1/rewards.py` (tag_count_reward).
    """
    return sum(sample.completion.count(tag) == 1 for tag in _TAGS) / 4
