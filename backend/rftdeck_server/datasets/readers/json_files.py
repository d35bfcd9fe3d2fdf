"""JSON Lines, and JSON documents that hold a list or a table of records."""

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson
from rftdeck.datasets import RowProblem

from rftdeck_server.datasets.readers.lines import Decoder, blocks, lines
from rftdeck_server.datasets.readers.record import Item, Load, Record

MAX_DOCUMENT = 64 * 2**20
"""Of a JSON file that is no JSON Lines: it must be parsed as a whole."""
LATIN_1 = "is not UTF-8 from this line on; it was read as Latin-1"
TOO_LONG = "the line is longer than 32 MiB"
_BIG_INTEGER = re.compile(rb"\d{18}")


def read_json_lines(file: BinaryIO, name: str, split: str | None, load: Load) -> Iterator[Item]:
    decoder = Decoder()
    for number, line in lines(file):
        if line is None:
            yield RowProblem(line=number, file=name, reason=TOO_LONG)
            continue
        if not line or line.isspace():
            continue
        knew, value, broken = decoder.fell_back, None, None
        try:
            value = parse(line, decoder)
        except ValueError as error:
            broken = f"not JSON: {_shortened(str(error))}"
        if decoder.fell_back and not knew:
            yield RowProblem(line=number, file=name, reason=LATIN_1)
        if broken is not None:
            yield RowProblem(line=number, file=name, reason=broken)
        elif not isinstance(value, dict):
            yield RowProblem(line=number, file=name, reason=f"is {_kind(value)}, not an object")
        elif number == 1 and (table := _table(value)):
            for place, fields in enumerate(table, start=1):
                yield Record(fields, name, place, split, load)
        else:
            yield Record(value, name, number, split, load)


def read_json(file: BinaryIO, name: str, split: str | None, load: Load) -> Iterator[Item]:
    """A document; or JSON Lines under another name, known by a first line that is a whole object."""
    head = b""
    for block in blocks(file):
        head += block
        if len(head) > 2**16 or b"\n" in head:
            break
    first = head.lstrip().split(b"\n", 1)[0].rstrip()
    file.seek(0)
    if first.startswith(b"{") and _is_record(first):
        yield from read_json_lines(file, name, split, load)
        return
    whole = bytearray()
    for block in blocks(file):
        whole += block
        if len(whole) > MAX_DOCUMENT:
            reason = "a JSON document of more than 64 MiB must be sent as JSON Lines: one record a line"
            yield RowProblem(line=None, file=name, reason=reason)
            return
    decoder = Decoder()
    try:
        value = parse(bytes(whole), decoder)
    except ValueError as error:
        yield RowProblem(line=None, file=name, reason=f"not JSON: {_shortened(str(error))}")
        return
    if decoder.fell_back:
        yield RowProblem(line=None, file=name, reason=LATIN_1)
    if isinstance(value, dict):
        value = _table(value) or next((item for item in value.values() if _is_records(item)), [value])
    if not isinstance(value, list):
        yield RowProblem(line=None, file=name, reason=f"is {_kind(value)}, not a list of objects")
        return
    for number, fields in enumerate(value, start=1):
        if isinstance(fields, dict):
            yield Record(fields, name, number, split, load)
        else:
            yield RowProblem(line=number, file=name, reason=f"is {_kind(fields)}, not an object")


def parse(text: bytes, decoder: Decoder) -> Any:
    """Raises ValueError. What orjson refuses though it is common (NaN, lone surrogates, tabs) is read all the same."""
    if not _BIG_INTEGER.search(text):  # orjson would round them
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            pass
    try:
        return json.loads(decoder.decode(text), strict=False)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _table(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Records of TimeZero's form: one object that holds a record for each video."""
    if value and all(isinstance(item, dict) and "timestamps" in item for item in value.values()):
        return [{"video": key, **item} for key, item in value.items()]
    return []


def _is_records(value: Any) -> bool:
    """A list of objects that is no chat."""
    return (
        isinstance(value, list)
        and bool(value)
        and isinstance(value[0], dict)
        and not {"role", "from"} & value[0].keys()
    )


def _is_record(line: bytes) -> bool:
    """Whether a line is an object of its own, and not one that holds the records."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return not (
        isinstance(value, dict) and any(_is_records(item) for item in value.values()) and len(value) == 1
    )


def _kind(value: Any) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null")


def _shortened(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}…"
