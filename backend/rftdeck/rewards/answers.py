"""Accuracy of short answers: text, a letter, or whatever the type of the problem asks for."""

import re
from collections.abc import Sequence
from typing import Any

from rftdeck.rewards.core import Judged, Sample, Score, Undecided
from rftdeck.rewards.numbers import relative_error
from rftdeck.rewards.reading import NO_GOLD, no_answer, read_answer, read_gold, read_number, shorten
from rftdeck.rewards.texts import rouge, word_error_rate

_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_LETTER = re.compile(
    r"(?:the )?(?:correct |final |best )?(?:(?:option|answer|choice) ?(?:is ?)?:? ?)?"
    r"(?:\(([a-z])\)|\[([a-z])\]|([a-z])(?:[.:,)]|\Z))"
)
_LABEL = re.compile(r"\A[(\[]?[A-Za-z][.:)\]]+\s*")
MAX_OPTIONS = 26


def exact_answer(sample: Sample) -> Score:
    """1 if the answer equals the gold after stripping and case-folding, else 0. Undecided without a gold.

    The answer stands in an answer block, or else in a box. A gold may itself stand in an answer block (R1-V's data)
    or behind `####` (GSM8K's). Numbers may carry thousands separators. Source: R1-V
    `src/r1-v/src/open_r1/grpo.py` (accuracy_reward).
    """
    gold = read_gold(sample.answer)
    if gold is None:
        return NO_GOLD
    answer = read_answer(sample.completion)
    if answer is None:
        return no_answer()
    if _canonical(answer) == _canonical(gold):
        return Judged(1.0, shorten(answer), "equals the gold")
    return Judged(0.0, shorten(answer), "differs from the gold")


def multiple_choice(sample: Sample) -> Score:
    """1 if the answer names the gold option, by its letter (`B`, `(B)`, `B.`, `Option B`) or its text, else 0.

    Texts are looked up in the row's `options`, a list in the order A, B, C, … or an object of letter → text. Undecided
    without a gold, and when the gold is a text, the answer a letter, and the row does not tell which is which.
    Source: Video-R1 `src/r1-v/src/open_r1/grpo.py`; R1-AQA.
    """
    gold = read_gold(sample.answer)
    if gold is None:
        return NO_GOLD
    answer = read_answer(sample.completion)
    if answer is None:
        return no_answer()
    options = _options(sample.row.get("options"))
    wanted, chosen = _choice(gold, options), _choice(answer, options)
    if wanted is None:
        if _text(answer) == _text(gold):
            return Judged(1.0, shorten(answer), "equals the gold")
        if chosen is not None:
            return Undecided("the gold is the text of an option, and the row's options do not hold it")
        return Judged(0.0, shorten(answer), "differs from the gold")
    if chosen is None:
        return Judged(0.0, shorten(answer), "names no option")
    return Judged(float(chosen == wanted), chosen, f"the gold is {wanted}")


def problem_type(sample: Sample) -> Score:
    """Accuracy by the row's `problem_type`. Range 0 to 1.

    `multiple choice`: the right option; `numerical`: equal after rounding to 2 digits; `OCR`: 1 − word error rate, not
    below 0; `free-form`: mean of the F-measures of ROUGE-1, -2 and -L (here without stemming); `regression`: 1 −
    |answer − gold| / |gold|, not below 0. Undecided without a gold, with a gold that is no number where one is needed,
    and with another type. Source: Video-R1 `src/r1-v/src/open_r1/grpo.py` (accuracy_reward).
    """
    gold = read_gold(sample.answer)
    if gold is None:
        return NO_GOLD
    kind = sample.row.get("problem_type")
    if not isinstance(kind, str):
        return Undecided("the row has no column problem_type")
    kind = kind.strip().casefold().replace("-", " ").replace("_", " ")
    if kind == "multiple choice":
        return multiple_choice(sample)
    if kind in ("numerical", "regression"):
        return _number_score(sample.completion, gold, kind)
    if kind not in ("ocr", "free form"):
        return Undecided(f"no rule for problems of type {shorten(kind)!r}")
    answer = read_answer(sample.completion)
    if answer is None:
        return no_answer()
    if kind == "ocr":
        error = word_error_rate(answer, gold)
        return Judged(max(0.0, 1 - error), shorten(answer), f"word error rate {error:.3g}")
    return Judged(rouge(answer, gold), shorten(answer), "mean of ROUGE-1, -2 and -L")


def _number_score(completion: str, gold: str, kind: str) -> Score:
    wanted = read_number(gold)
    if wanted is None:
        return Undecided("the gold is no number")
    answer = read_answer(completion)
    if answer is None:
        return no_answer()
    number = read_number(answer)
    if number is None:
        return Judged(0.0, shorten(answer), "is no single number")
    if kind == "numerical":
        same = round(number, 2) == round(wanted, 2)
        return Judged(float(same), f"{number:g}", f"{'equals' if same else 'differs from'} {wanted:g}")
    error = relative_error(number, wanted)
    return Judged(max(0.0, 1 - error), f"{number:g}", f"relative error {error:.3g}")


def _canonical(text: str) -> str:
    text = text.strip().casefold()
    plain = text.replace(",", "")
    return plain if _PLAIN_NUMBER.fullmatch(plain) else text


def _text(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".")


def _options(value: Any) -> dict[str, str]:
    """Text of an option, with its label and without → its letter."""
    pairs: Sequence[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        pairs = list(value.items())[:MAX_OPTIONS]
    elif isinstance(value, list | tuple):
        pairs = [(chr(ord("A") + place), text) for place, text in enumerate(value[:MAX_OPTIONS])]
    options: dict[str, str] = {}
    for letter, text in pairs:
        if isinstance(letter, str) and isinstance(text, str):
            options.setdefault(_unlabelled(text), letter.strip().upper())
            options.setdefault(_text(text), letter.strip().upper())
    return options


def _choice(text: str, options: dict[str, str]) -> str | None:
    """Letter of the option that a text names."""
    plain = _text(text)
    found = _LETTER.match(plain)
    if found is not None:
        letter = (found.group(1) or found.group(2) or found.group(3)).upper()
        if plain == letter.casefold() or plain not in options:
            return letter if not options or letter in options.values() else None
    return options.get(plain, options.get(_unlabelled(text)))


def _unlabelled(text: str) -> str:
    """Without the `B.` or `(B)` before it."""
    return _text(_LABEL.sub("", text.strip()))
