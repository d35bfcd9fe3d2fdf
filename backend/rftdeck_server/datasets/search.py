"""Rows that contain a text, found by looking at them."""

import time
from collections.abc import Iterator

import orjson
from rftdeck.datasets import DatasetRow, RowPage
from sqlalchemy.orm import Session

from rftdeck_server.datasets import store
from rftdeck_server.datasets.rows import prompt_of
from rftdeck_server.datasets.tables import VersionRow

LOOK_S = 1.0
"""A page is handed out after this long, full or not; `next_offset` says where to look on."""


def search(session: Session, version: VersionRow, split: str, offset: int, limit: int, text: str) -> RowPage:
    """Rows from `offset` on whose prompt, answer or solution contains the text, in any case."""
    wanted = text.casefold()
    # What JSON escapes (quotes, line ends) is escaped here too: most rows need not be read to be passed over.
    as_json = orjson.dumps(wanted)[1:-1]
    deadline = time.monotonic() + LOOK_S
    found: list[DatasetRow] = []
    looked = offset
    for line in store.lines_of(session, version, split, offset):
        looked += 1
        if _may_hold(line, as_json, wanted):
            row = DatasetRow.model_validate_json(line)
            if any(wanted in part.casefold() for part in _texts(row)):
                found.append(row)
        if len(found) == limit or time.monotonic() > deadline:
            break
    end = looked >= store.split_rows(version, split)
    return RowPage(items=found, offset=offset, total=len(found), next_offset=None if end else looked)


def _may_hold(line: bytes, as_json: bytes, wanted: str) -> bool:
    return as_json in line.lower() if wanted.isascii() else True


def _texts(row: DatasetRow) -> Iterator[str]:
    yield prompt_of(row)
    yield row.answer or ""
    yield row.solution or ""
