"""Values of records, made fit for JSON, SQL and browsers."""

import json
import math
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import orjson
from rftdeck.text import clean_text

MAX_DEPTH = 32
MAX_ITEMS = 100_000
"""Values in one record."""


class TooMuch(Exception):
    """A value is nested too deeply or holds too much."""


def cleaned(value: Any) -> Any:
    """Plain JSON: NUL and lone surrogates replaced, bytes left out, NaN and infinity None. Raises TooMuch."""
    return _cleaned(value, 0, [MAX_ITEMS])


def _cleaned(value: Any, depth: int, left: list[int]) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    left[0] -= 1
    if depth > MAX_DEPTH or left[0] < 0:
        raise TooMuch("nested too deeply" if depth > MAX_DEPTH else f"holds more than {MAX_ITEMS:,} values")
    if isinstance(value, dict):
        return {
            clean_text(str(key)): _cleaned(item, depth + 1, left)
            for key, item in value.items()
            if not isinstance(item, bytes)
        }
    if isinstance(value, list | tuple):
        return [_cleaned(item, depth + 1, left) for item in value if not isinstance(item, bytes)]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return None
    return clean_text(str(value))


def text_of(value: Any) -> str | None:
    """A value as a person would write it; lists and objects as JSON. None when there is nothing."""
    match value:
        case None:
            return None
        case str():
            return clean_text(value).strip() or None
        case bool():
            return "true" if value else "false"
        case float() if not math.isfinite(value):
            return None
        case float() if value.is_integer() and abs(value) < 2**53:
            return str(int(value))
        case int() | float() | Decimal():
            return str(value)
        case _:
            return json.dumps(cleaned(value), ensure_ascii=False, separators=(", ", ": "))


def at(fields: dict[str, Any], path: str | None) -> Any:
    """The value at a dotted path; a column whose own name has dots goes first. None when there is none."""
    if path is None:
        return None
    if path in fields:
        return fields[path]
    value: Any = fields
    for part in path.split("."):
        if isinstance(value, str):
            value = from_json(value)
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def from_json(value: Any) -> Any:
    """A text that is a JSON list or object is read as such: CSV has no other way to hold one."""
    if not isinstance(value, str) or not value.lstrip().startswith(("[", "{")):
        return value
    try:
        return orjson.loads(value.encode("utf-8", "replace"))
    except orjson.JSONDecodeError:
        return value


def as_list(value: Any) -> list[Any]:
    """None and empty texts are no items; a single value is one."""
    value = from_json(value)
    if isinstance(value, list):
        return [item for item in value if item is not None]
    return [] if value is None or value == "" else [value]


def number(value: Any) -> float | None:
    """A finite number, or a text that is one."""
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def numbers(value: Any, n: int) -> list[float] | None:
    """A list of exactly n finite numbers."""
    if not isinstance(value, list | tuple) or len(value) != n:
        return None
    found = [number(item) for item in value if not isinstance(item, bool)]
    return None if None in found or len(found) < n else [item for item in found if item is not None]
