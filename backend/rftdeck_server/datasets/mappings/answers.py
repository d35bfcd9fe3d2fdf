"""Gold answers: read from where a format hides them, and written in the one form that rewards expect.

number `42` · latex `\\frac{1}{2}` · choice `B` · box `[x1, y1, x2, y2]` pixels · boxes
`[{"bbox_2d": […], "label": "cat"}, …]` · point `[x, y]` · action `{"action": …, "gt_bbox": […], "input_text": ""}` ·
interval `[start, end]` seconds · text
"""

import json
import re
from typing import Any, get_args

from rftdeck.datasets import AnswerType
from rftdeck.text import clean_text

from rftdeck_server.datasets.mappings.clean import from_json, numbers, text_of

TYPES: dict[str, AnswerType] = {name: name for name in get_args(AnswerType)}

_LETTER = re.compile(r"\(?([A-Z])[).:]?")
_OPTION_A = re.compile(r"(?:^|[\s(])A[).:]")
_OPTION_B = re.compile(r"[\s(]B[).:]")
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?([eE][+-]?\d+)?%?")
_LATEX = re.compile(r"\\[A-Za-z]+|\^|_\{|\$")
_PROMPT_LOOKED_AT = 20_000


def unwrapped(text: str) -> str:
    """The content of the last answer block (R1-V), else what follows the last `####` (GSM8K), else the text itself."""
    start = text.rfind("<answer>")
    if start >= 0:
        end = text.find("</answer>", start)
        return text[start + len("<answer>") : end if end >= 0 else None].strip()
    _, mark, behind = text.rpartition("####")
    return behind.strip() if mark and behind.strip() else text.strip()


def worked(value: Any) -> str | None:
    """The worked solution around a gold that is marked inside a longer text; None without one."""
    if not isinstance(value, str):
        return None
    before, mark, behind = value.rpartition("####")
    if mark and behind.strip():
        return clean_text(before).strip() or None
    start = value.rfind("<answer>")
    return None if start < 0 else clean_text(value[:start]).strip() or None


def gold(value: Any) -> str | None:
    """A gold of any type as text, in canonical form where it is a structure."""
    plain = from_json(unwrapped(value) if isinstance(value, str) else value)
    if isinstance(plain, list) and len(plain) == 1 and not isinstance(plain[0], dict | list):
        plain = plain[0]  # verl and others keep a list of accepted answers
    if isinstance(plain, dict | list | tuple):
        return _canonical(plain)
    return text_of(plain)


def _canonical(value: Any) -> str | None:
    if value in ([], {}):
        return "[]" if value == [] else None
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) and "action" in value[0]:
        value = value[0]
    if isinstance(value, dict):
        return json.dumps(action(value), ensure_ascii=False) if "action" in value else text_of(value)
    if (boxes := boxes_of(value)) is not None:
        return json.dumps(boxes, ensure_ascii=False)
    return text_of([_whole(item) for item in value])


def boxes_of(value: Any, labels: list[str] | None = None) -> list[dict[str, Any]] | None:
    """`[{"bbox_2d": [x1, y1, x2, y2], "label": …}, …]` from a list of boxes in any usual form; None for anything else."""
    if not isinstance(value, list) or not value:
        return None
    found = []
    for index, item in enumerate(value):
        label = labels[index] if labels and index < len(labels) else ""
        if isinstance(item, dict):
            label = text_of(item.get("label") or item.get("category") or item.get("ref")) or label
            item = item.get("bbox_2d") or item.get("bbox") or item.get("box")
        box = numbers(item, 4)
        if box is None:
            return None
        found.append({"bbox_2d": [_whole(side) for side in box], "label": label})
    return found


def action(value: dict[str, Any]) -> dict[str, Any]:
    """GUI-R1's gold."""
    box = from_json(value.get("gt_bbox", value.get("bbox")))
    sides = numbers(box, 4) or numbers(box, 2) or []
    return {
        "action": text_of(value.get("action")) or "",
        "gt_bbox": [_whole(side) for side in sides],
        "input_text": text_of(value.get("input_text")) or "",
    }


def letter_of(answer: Any, options: list[str]) -> str | None:
    """The letter of the option that an answer means: a letter, an option's text, or an option's number from 0 on."""
    if isinstance(answer, int) and not isinstance(answer, bool):
        texts = [strip_letter(option) for option in options]
        if str(answer) not in texts and 0 <= answer < len(options):
            return chr(65 + answer)
    text = gold(answer)
    if text is None:
        return None
    for index, option in enumerate(options):
        if text.casefold() in {option.strip().casefold(), strip_letter(option).casefold()}:
            return chr(65 + index)
    found = _LETTER.match(text.upper() if len(text) <= 3 else text)
    if (
        found
        and (found.end() == len(text) or text[found.end() :].startswith(" "))
        and len(found.group()) <= 3
    ):
        index = ord(found.group(1)) - 65
        if index < len(options) and (len(text) <= 3 or found.group() != found.group(1)):
            return found.group(1)
    return None


def strip_letter(option: str) -> str:
    """`(A) a cat`, `A. a cat`, `A: a cat` → `a cat`."""
    return re.sub(r"^\s*\(?[A-Z][).:]\s*", "", option).strip()


def type_of(answer: str, prompt: str, *, options: bool = False, timed: bool = False) -> AnswerType:
    """What kind of gold a text is. `timed`: the problem has a video or audio, so two numbers are seconds."""
    value = from_json(answer)
    if isinstance(value, dict):
        return "action" if "action" in value else "text"
    if isinstance(value, list):
        if numbers(value, 4):
            return "box"
        if boxes_of(value) or not value:
            return "boxes"
        if numbers(value, 2):
            return "interval" if timed else "point"
        return "text"
    if re.fullmatch(r"[A-Z]", answer) and (options or names_options(prompt)):
        return "choice"
    if answer.strip("+-%.,") and _NUMBER.fullmatch(answer) and any(c.isdigit() for c in answer):
        return "number"
    return "latex" if len(answer) < 1000 and _LATEX.search(answer) else "text"


def names_options(prompt: str) -> bool:
    """Whether a prompt lists options `A.` and `B.`."""
    looked_at = prompt[:_PROMPT_LOOKED_AT]
    first = _OPTION_A.search(looked_at)
    return first is not None and _OPTION_B.search(looked_at, first.end()) is not None


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value
