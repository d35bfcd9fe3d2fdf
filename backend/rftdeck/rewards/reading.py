"""What stands in a completion and in a gold: blocks, boxes, numbers, JSON.

Models write anything, so every search here takes time linear in the text, or looks at a bounded piece of it.
"""

import ast
import json
import math
import re
import warnings
from typing import Any

from rftdeck.rewards.core import Judged, Undecided

NO_GOLD = Undecided("the row has no gold answer")
TAGS = ("<think>", "</think>", "<answer>", "</answer>")
MAX_NUMBER_TEXT = 1_000
MAX_LITERAL = 4_000
"""Characters of a Python literal that is tolerated in place of JSON: `{'action': 'click'}`."""
MAX_MAGNITUDE = 1e9
"""Of a coordinate: areas stay exact enough, and nothing overflows."""
MAX_SHOWN = 300

_THINK_ANSWER = re.compile(r"\s*<think>(.*?)</think>\s*<answer>(.*?)</answer>\s*", re.DOTALL)
_THINK = re.compile(r"\s*<think>(.*?)</think>(.*)", re.DOTALL)
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_JSON_START = re.compile(r"[\[{]")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})++(?!\d)|\d++)?(?:\.\d++)?(?:(?<=\d)[eE][+-]?\d++)?")
_DECODER = json.JSONDecoder()


def no_answer() -> Judged:
    """A completion without an answer is wrong, whatever the gold is."""
    return Judged(0.0, None, "no answer: neither an <answer> block nor a \\boxed{}")


def shorten(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"


def last_block(text: str, tag: str) -> str | None:
    """Content of the last closed `<tag>` block, stripped; None without one."""
    opening, closing = f"<{tag}>", f"</{tag}>"
    start = text.rfind(opening, 0, max(text.rfind(closing), 0))
    if start < 0:
        return None
    start += len(opening)
    return text[start : text.find(closing, start)].strip()


def last_boxed(text: str) -> str | None:
    r"""Content of the last `\boxed{…}`, stripped; None without one, or when its braces do not close."""
    start = text.rfind("\\boxed{")
    if start < 0:
        return None
    start += len("\\boxed{")
    depth = 1
    for found in _BRACE.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(found.group(), 0)
        if depth == 0:
            return text[start : found.start()].strip()
    return None


def read_answer(completion: str) -> str | None:
    r"""The final answer: the last `<answer>` block, else the last `\boxed{…}`; None without either.

    A block that holds nothing but a box gives the content of the box.
    """
    block = last_block(completion, "answer")
    if block is None:
        return last_boxed(completion)
    if block.startswith("\\boxed{") and block.endswith("}"):
        return last_boxed(block) or block
    return block


def read_gold(answer: str | None) -> str | None:
    """The gold without its wrapping: an `<answer>` block (R1-V) or what stands behind `####` (GSM8K).

    None when there is no gold.
    """
    if answer is None:
        return None
    block = last_block(answer, "answer")
    if block is not None:
        return block or None
    _, marker, behind = answer.rpartition("####")
    behind = behind.strip()
    if marker and behind and "\n" not in behind:
        return behind
    return answer.strip() or None


def think_answer_blocks(completion: str) -> tuple[str, str] | None:
    """Contents of the two blocks when the whole completion is `<think>…</think><answer>…</answer>`, else None."""
    if any(completion.count(tag) != 1 for tag in TAGS):  # the expression below would be quadratic otherwise
        return None
    found = _THINK_ANSWER.fullmatch(completion)
    return None if found is None else (found.group(1), found.group(2))


def behind_think(completion: str) -> str | None:
    """What follows the only think block, with which the completion begins; None without such a block."""
    if completion.count("<think>") != 1 or completion.count("</think>") != 1:
        return None
    found = _THINK.fullmatch(completion)
    return None if found is None else found.group(2)


def find_numbers(text: str) -> list[float]:
    """All finite numbers, with thousands separators, signs and exponents; none in more than 1,000 characters."""
    if len(text) > MAX_NUMBER_TEXT:
        return []
    found = (part.replace(",", "") for part in _NUMBER.findall(text.replace("−", "-")))
    numbers = [float(part) for part in found if part.strip("+-")]
    return [number for number in numbers if math.isfinite(number)]


def read_number(text: str) -> float | None:
    """The only number in a text, e.g. in `about 1,200 km`; None when there is none, or more than one."""
    numbers = find_numbers(text)
    return numbers[0] if len(numbers) == 1 else None


def read_json(text: str) -> Any:
    """The JSON value that begins at the first bracket, or a short Python literal there; None without one.

    Nothing is ever evaluated. Text around the value, e.g. a code fence, is passed over.
    """
    start = _JSON_START.search(text)
    if start is None:
        return None
    try:
        return _DECODER.raw_decode(text, start.start())[0]
    except (ValueError, RecursionError):
        pass
    literal = text[start.start() : max(text.rfind("]"), text.rfind("}")) + 1]
    if len(literal) > MAX_LITERAL:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the parser warns of what it reads
        try:
            return ast.literal_eval(literal)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            return None


def as_number(value: Any) -> float | None:
    """A JSON number of a usable size; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= MAX_MAGNITUDE:
        return None
    return float(value)


def as_point(value: Any) -> tuple[float, float] | None:
    """`[x, y]`; None for anything else."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    x, y = as_number(value[0]), as_number(value[1])
    return None if x is None or y is None else (x, y)
