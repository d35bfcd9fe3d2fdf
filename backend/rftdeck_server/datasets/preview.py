"""What a source is and how its first records would be stored, in a process of its own that may not take long.

The process reads a PreviewRequest and writes `{"ok": …}` or `{"error": …}`.
"""

import itertools
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import orjson
from rftdeck.datasets import (
    DatasetRow,
    Mapping,
    PreviewRead,
    PreviewRequest,
    ReasoningGymSource,
    RowProblem,
    Source,
    SyntheticSource,
)
from rftdeck.processes import die_with_parent
from rftdeck.runs import FieldProblem

from rftdeck_server.core.database import Database
from rftdeck_server.core.errors import Invalid
from rftdeck_server.core.settings import Settings
from rftdeck_server.datasets.images import Images
from rftdeck_server.datasets.mappings.recognise import columns_of, default_mapping, guesses, samples_of
from rftdeck_server.datasets.notes import Notes
from rftdeck_server.datasets.readers.record import Item, Record, SourceError
from rftdeck_server.datasets.readers.tree_records import Progress
from rftdeck_server.datasets.rows import RowMaker
from rftdeck_server.datasets.sources import Context, PassRateRows, open_source
from rftdeck_server.media import store as media

LIMIT_S = 60.0
MEMORY_BYTES = 4 * 2**30
"""Address space: a hostile file may ask for any amount."""
RECORDS = 50
PROBLEMS = 100
"""Broken records that are passed over to find good ones."""
ROWS = 20
FILES = 200


def preview(settings: Settings, request: PreviewRequest) -> PreviewRead:
    """Raises Invalid at the field of the source that is at fault."""
    process = subprocess.Popen(
        [sys.executable, "-m", "rftdeck_server.preview_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "RFTDECK_DATABASE_URL": settings.database_url},
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(request.model_dump_json().encode(), timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        raise _refusal(
            "source", f"looking at it took longer than {LIMIT_S:g} s", "Import it without a preview."
        ) from None
    finally:
        process.kill()
        process.wait()
    if process.returncode != 0:
        raise _refusal("source", "looking at it failed; the log of the server says why", "Try another file.")
    answer = orjson.loads(output)
    if "error" in answer:
        raise _refusal(*answer["error"])
    return PreviewRead.model_validate(answer["ok"])


def _refusal(path: str, reason: str, fix: str) -> Invalid:
    return Invalid(f"{path}: {reason}.", [FieldProblem(path=path, reason=reason, fix=fix)])


def answer(pass_rate_rows: PassRateRows) -> None:
    """Body of the process."""
    die_with_parent()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    request = PreviewRequest.model_validate_json(sys.stdin.buffer.read())
    database = Database(os.environ["RFTDECK_DATABASE_URL"])
    result: dict[str, Any]
    try:
        result = {"ok": look(request, database, pass_rate_rows).model_dump(mode="json")}
    except SourceError as error:
        result = {"error": [error.path, error.reason, error.fix]}
    sys.stdout.buffer.write(orjson.dumps(result))


def look(request: PreviewRequest, database: Database, pass_rate_rows: PassRateRows) -> PreviewRead:
    """Raises SourceError."""
    with database.read() as session:
        images = Images(lambda sha256: bool(media.known(session, [sha256])))
        context = Context(database, images, Progress(), pass_rate_rows)
        opened = open_source(_beginning(request.source), context)
        items = list(_first(opened.items))
        notes = Notes()
        records = [item.fields for item in items if isinstance(item, Record)]
        samples = samples_of(records)
        mapping = request.mapping or (default_mapping(samples) if records else None)
        maker = RowMaker(mapping or Mapping(), images, notes)
        rows = list(itertools.islice((row for item in items for row in maker.rows(item)), ROWS))
    with database.write() as session:
        media.add_imported(session, images.fresh)
    missing = [RowProblem(line=None, reason=example) for example in notes.examples["missing_image"]]
    return PreviewRead(
        formats=guesses(samples) if records else [],
        columns=columns_of(records, samples),
        mapping=mapping,
        rows=[row.model_copy(update={"split": row.split or "train"}) for row in rows],
        problems=notes.problems + missing,
        files=opened.files[:FILES],
    )


def _beginning(source: Source) -> Source:
    """Generated rows are made in the order held-out, training: the latter are what a person wants to see."""
    if isinstance(source, ReasoningGymSource | SyntheticSource):
        return source.model_copy(update={"rows": min(ROWS, source.rows), "heldout_rows": 0})
    return source


def _first(items: Iterator[Item | DatasetRow]) -> Iterator[Item | DatasetRow]:
    good = broken = 0
    for item in items:
        yield item
        broken += isinstance(item, RowProblem)
        good += not isinstance(item, RowProblem)
        if good >= RECORDS or broken >= PROBLEMS:
            return
