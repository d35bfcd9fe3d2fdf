"""Rewards that compare the answer with the gold."""

import re

from rftdeck.rewards.core import Sample, Score, Undecided

_ANSWER = re.compile(r"<answer>(.*?)</answer>", re.DOTALL)
_GSM8K = re.compile(r"####\s*(.+)\s*\Z")


def extract_answer(completion: str) -> str | None:
    """Content of the last `<answer>` block, stripped; None without one."""
    found = _ANSWER.findall(completion)
    return found[-1].strip() if found else None


def exact_answer(sample: Sample) -> Score:
    """1 if the answer block equals the gold after stripping and case-folding, else 0; undecided without a gold.

    A gold may itself stand in an answer block (R1-V's data) or behind `####` (GSM8K's). Numbers may carry
    thousands separators. Source: R1-V `src/r1-v/src/open_r1/grpo.py` (accuracy_reward).
    """
    if sample.answer is None or not sample.answer.strip():
        return Undecided("the row has no gold answer")
    behind = _GSM8K.search(sample.answer)
    gold = extract_answer(sample.answer) or (behind.group(1) if behind else sample.answer)
    answer = extract_answer(sample.completion)
    return float(answer is not None and _canonical(answer) == _canonical(gold))


def _canonical(text: str) -> str:
    text = text.strip().casefold()
    plain = text.replace(",", "")
    return plain if re.fullmatch(r"[+-]?\d+(\.\d+)?", plain) else text
