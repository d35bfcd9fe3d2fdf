"""A record as a file has it, before it is known what it means."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rftdeck.datasets import RowProblem


class SourceError(Exception):
    """The source as a whole cannot be read. `path` names the field that is at fault."""

    def __init__(self, reason: str, fix: str, path: str = "source") -> None:
        super().__init__(f"{reason}. {fix}")
        self.reason, self.fix, self.path = reason, fix, path


class Unreadable(Exception):
    """One file that a record names is missing, is not allowed, or is not what it should be."""


Load = Callable[[str], bytes]
"""Reads a file that a record names. Raises Unreadable."""


@dataclass(frozen=True, slots=True)
class Record:
    fields: dict[str, Any]
    file: str
    line: int
    """From 1 on; for tables the record's number."""
    split: str | None
    """What the file's name says."""
    load: Load


Item = Record | RowProblem
