"""What the columns of the first records are, and which format they speak for."""

from collections.abc import Iterable, Sequence
from typing import Any

from rftdeck.datasets import ColumnInfo, FormatGuess, Mapping

from rftdeck_server.datasets.mappings.clean import TooMuch, from_json, text_of
from rftdeck_server.datasets.mappings.formats import FORMATS, Samples

MAX_COLUMNS = 200
MAX_EXAMPLE = 120
_IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp")


def samples_of(records: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Column → the first value in it that is not empty."""
    found: dict[str, Any] = {}
    for fields in records:
        for name, value in fields.items():
            if len(found) < MAX_COLUMNS and (name not in found or found[name] in (None, "", [], {})):
                found[name] = from_json(value)
    return found


def guesses(samples: Samples) -> list[FormatGuess]:
    """Likeliest first."""
    return [
        FormatGuess(format=name, title=format.title, reason=reason)
        for name, format in FORMATS.items()
        if (reason := format.reason(samples)) is not None
    ]


def default_mapping(samples: Samples) -> Mapping:
    return FORMATS[guesses(samples)[0].format].mapping(samples)


def columns_of(records: Sequence[dict[str, Any]], samples: Samples) -> list[ColumnInfo]:
    found = []
    for name in samples:
        types = {_type(fields[name]) for fields in records if name in fields} - {"empty"}
        kind = " or ".join(sorted(types)[:3]) or "empty"
        found.append(ColumnInfo(name=name[:200], type=kind, example=_example(samples[name])))
    return found


def _type(value: Any, depth: int = 3) -> str:
    match from_json(value):
        case None | "" | [] | {}:
            return "empty"
        case bool():
            return "true or false"
        case int() | float():
            return "number"
        case bytes() | {"bytes": _}:
            return "image"
        case str(text):
            return "image path" if text.lower().endswith(_IMAGE_ENDINGS) and len(text) < 1000 else "text"
        case [{"role": _, "content": _}, *_] | [{"from": _, "value": _}, *_]:
            return "chat"
        case [first, *_]:
            return f"list of {_type(first, depth - 1)}" if depth else "list"
        case dict():
            return "object"
        case _:
            return "text"


def _example(value: Any) -> str:
    if isinstance(value, bytes) or (isinstance(value, dict) and isinstance(value.get("bytes"), bytes)):
        return "…"
    try:
        text = text_of(value) or ""
    except TooMuch:
        return "…"
    return text if len(text) <= MAX_EXAMPLE else f"{text[:MAX_EXAMPLE]}…"
