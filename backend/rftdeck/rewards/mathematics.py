"""Accuracy of numbers and LaTeX, through math-verify."""

import logging
import re
from functools import cache, lru_cache
from typing import Any

from rftdeck.rewards.core import Judged, Sample, Score, Undecided
from rftdeck.rewards.reading import NO_GOLD, read_answer, read_gold, shorten

MAX_ANSWER = 500
"""Characters of a formula; its parser needs far more than linear time."""
MAX_DEPTH = 16
"""Of its brackets: 300 open ones take the parser 5 s."""

_ANCHORED = re.compile(r"\$|\\\[|\\\(|\\boxed|\\begin")
_PROSE = re.compile(r"(?<![\\A-Za-z{])[A-Za-z]{3}")
"""A word that is no LaTeX command: between `$` its letters would be read as factors."""
_EXPONENT = re.compile(r"(?<=\d)[eE]([+-]?\d+)\b")


def math(sample: Sample) -> Score:
    r"""1 if the answer is mathematically equal to the gold, else 0, as math-verify decides.

    The answer is the last `<answer>` block, else the last `\boxed{}`, else what math-verify finds behind the thinking.
    Undecided without a gold and when the gold does not parse. Source: open-r1 `src/open_r1/rewards.py`
    (accuracy_reward), which reads LaTeX only; here plain numbers such as `42` are read as well.

    There is no time limit of its own: powers of powers may take for ever, so that the caller has to set one.
    """
    gold = read_gold(sample.answer)
    if gold is None:
        return NO_GOLD
    if len(gold) > MAX_ANSWER:
        return Undecided("the gold is too long for a formula")
    wanted = _parse_gold(gold)
    if not wanted:
        return Undecided("the gold does not parse as a number or formula")
    answer = read_answer(sample.completion)
    if answer is None:
        answer = _behind_thinking(sample.completion)
    if not answer:
        return Judged(0.0, None, "no answer")
    if len(answer) > MAX_ANSWER:
        return Judged(0.0, shorten(answer), "is too long for a formula")
    found = _parse(answer)
    if not found:
        return Judged(0.0, shorten(answer), "does not parse as a number or formula")
    _, verify = _math_verify()
    same = bool(verify(wanted, found, timeout_seconds=None))
    return Judged(
        float(same), shorten(str(found[-1])), f"{'equals' if same else 'differs from'} {shorten(gold)}"
    )


def _behind_thinking(completion: str) -> str:
    """What may hold an answer without any mark; nothing while the thinking has not ended."""
    if "<think>" in completion and "</think>" not in completion:
        return ""
    return completion.rpartition("</think>")[2].strip()[-MAX_ANSWER:]


@lru_cache(maxsize=1024)
def _parse_gold(gold: str) -> list[Any]:
    """All completions of a prompt share it."""
    return _parse(gold)


def _parse(text: str) -> list[Any]:
    """Empty when the text is no formula."""
    if _depth(text) > MAX_DEPTH:
        return []
    text = _EXPONENT.sub(r" \\times 10^{\1}", text)
    if not _ANCHORED.search(text) and not _PROSE.search(text):
        text = f"${text}$"
    parse, _ = _math_verify()
    parsed: list[Any] = parse(text, parsing_timeout=None)
    return parsed


def _depth(text: str) -> int:
    """Of its brackets, closed or not."""
    depth = deepest = 0
    for character in text:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth = max(0, depth - 1)
    return deepest


@cache
def _math_verify() -> tuple[Any, Any]:
    """Imported when it is first needed: it brings sympy."""
    from math_verify import parse, verify

    # It warns that its time-outs are off. They need the main thread and its alarm signal, which belong to the caller.
    logging.getLogger("math_verify").setLevel(logging.ERROR)
    return parse, verify
