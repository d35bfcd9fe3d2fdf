"""The messages between a Judge and its processes: JSON behind its length, so that no answer can make us run anything.

A process gets `Job`s, answered by one or more `Answer`s; `{"source": …}` makes it the process of a custom reward, and
is answered by the fields of Described; `{"preload": [module…]}` is not answered. Its first message is `Ready`.
"""

import struct
from collections.abc import Sequence
from typing import Any, TypedDict

import orjson

from rftdeck.rewards import Sample
from rftdeck.text import clean_text

HEADER = struct.Struct(">I")
MAX_ANSWER_BYTES = 64 * 2**20
MAX_DEPTH = 8
"""Of the columns of a row; what lies deeper is left out."""


Note = tuple[int, str | None, str | None, str | None, str | None]
"""Place in Answer.scores, reason, traceback, parsed, why."""


class Job(TypedDict):
    """From us to a process."""

    calls: list[dict[str, Any]]
    """Fields of Call that it needs."""
    samples: list[list[Any]]
    """Fields of Sample, in their order."""
    tasks: list[tuple[int, list[Any]]]
    """A call with its units, in this order: places of samples, or for a group reward lists of places."""
    careful: bool
    """Answer each unit by itself."""


class Ready(TypedDict):
    """From a process to us, when its imports are done and it is locked down."""

    isolation: list[str]


class Answer(TypedDict):
    """From a process to us: the next units, in their order."""

    units: int
    """How many."""
    scores: list[float | None]
    """One a sample."""
    seconds: list[float]
    notes: list[Note]
    """For samples that have anything but a score."""
    output: str
    """What the code printed; the beginning."""
    modules: list[str]
    """Top-level modules that were imported by rewards of the library: another process may import them ahead."""


_TEXT = {str, type(None)}


class ProtocolError(Exception):
    """The process sent what is no answer."""


def frame(message: object) -> bytes:
    data = dumps(message)
    return HEADER.pack(len(data)) + data


def dumps(message: object) -> bytes:
    """JSON; text that JSON cannot carry is replaced, values that it cannot carry are None."""
    try:
        return orjson.dumps(
            message, default=_none, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY
        )
    except TypeError:  # lone surrogates, integers of more than 64 bits
        return orjson.dumps(_plain(message, MAX_DEPTH + 4))


def pack_sample(sample: Sample) -> list[Any]:
    return [
        sample.completion,
        sample.answer,
        sample.length,
        sample.row,
        sample.step,
        sample.max_steps,
        sample.group,
    ]


def check_answer(data: bytes, sizes: Sequence[int]) -> Answer:
    """Parse what a process sent; `sizes` are the numbers of samples of the units that it has not answered.

    Raises ProtocolError for anything but a well-formed answer to the first of them.
    """
    try:
        answer = orjson.loads(data)
        n = sum(sizes[: answer["units"]])
        scores, seconds, notes = answer["scores"], answer["seconds"], answer["notes"]
        good = (
            0 < answer["units"] <= len(sizes)
            and len(scores) == len(seconds) == n
            and {type(score) for score in scores} <= {float, type(None)}
            and {type(value) for value in seconds} <= {float}
            and all(_is_note(note, n) for note in notes)
            and type(answer["output"]) is str
            and {type(name) for name in answer["modules"]} <= {str}
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ProtocolError from error
    if not good:
        raise ProtocolError
    return answer  # type: ignore[no-any-return]


def _is_note(note: Any, n: int) -> bool:
    place, *texts = note
    return type(place) is int and 0 <= place < n and len(texts) == 4 and set(map(type, texts)) <= _TEXT


def _none(value: object) -> None:
    return None


def _plain(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return None
    if value is None or isinstance(value, int | float):
        return value
    if depth and isinstance(value, dict):
        return {clean_text(str(key)): _plain(item, depth - 1) for key, item in value.items()}
    if depth and isinstance(value, list | tuple):
        return [_plain(item, depth - 1) for item in value]
    return None
