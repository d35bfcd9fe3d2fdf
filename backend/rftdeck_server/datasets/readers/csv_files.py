"""CSV and its relatives."""

import csv
from collections.abc import Iterator
from typing import BinaryIO

from rftdeck.datasets import RowProblem

from rftdeck_server.datasets.readers.json_files import LATIN_1, TOO_LONG
from rftdeck_server.datasets.readers.lines import MAX_LINE, Decoder, lines
from rftdeck_server.datasets.readers.record import Item, Load, Record

DELIMITERS = ",;\t|"


def read_csv(file: BinaryIO, name: str, split: str | None, load: Load) -> Iterator[Item]:
    """The first line names the columns and tells the delimiter."""
    csv.field_size_limit(MAX_LINE)
    text = _Text(file, name)
    first = next(text, None)
    if first is None:
        yield from text.problems
        return
    delimiter = _delimiter(first)
    try:
        header = _unique(next(csv.reader([first], delimiter=delimiter)))
    except csv.Error as error:
        yield RowProblem(line=1, file=name, reason=f"the header cannot be read: {error}")
        return
    reader = csv.reader(text, delimiter=delimiter)
    while True:
        started, broken = text.number + 1, None
        values: list[str] | None = []
        try:
            values = next(reader, None)
        except csv.Error as error:
            broken = f"not CSV: {error}"
        yield from text.problems
        text.problems.clear()
        if values is None:
            return
        if broken is not None:
            yield RowProblem(line=started, file=name, reason=broken)
        elif values and len(values) != len(header):
            reason = f"has {len(values)} fields, and the header has {len(header)}"
            yield RowProblem(line=started, file=name, reason=reason)
        elif values:
            yield Record(dict(zip(header, values, strict=True)), name, started, split, load)


class _Text(Iterator[str]):
    """The lines as text, and what was wrong with them."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._lines, self._name, self._decoder = lines(file), name, Decoder()
        self.number = 0
        self.problems: list[RowProblem] = []

    def __next__(self) -> str:
        for number, line in self._lines:
            self.number = number
            if line is None:
                self._tell(TOO_LONG)
                continue
            knew = self._decoder.fell_back
            text = self._decoder.decode(line)
            if self._decoder.fell_back and not knew:
                self._tell(LATIN_1)
            return text.rstrip("\r") + "\n"
        raise StopIteration

    def _tell(self, reason: str) -> None:
        self.problems.append(RowProblem(line=self.number, file=self._name, reason=reason))


def _delimiter(header: str) -> str:
    outside = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def _unique(names: list[str]) -> list[str]:
    found: dict[str, None] = {}
    for place, name in enumerate(names, start=1):
        name = name.strip() or f"column_{place}"
        while name in found:
            name += "_2"
        found[name] = None
    return list(found)
