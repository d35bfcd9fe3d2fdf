"""All SQL about data sets."""

import itertools
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

from pydantic import TypeAdapter
from rftdeck.datasets import (
    STORED_PREFIX,
    DataFinding,
    DatasetDetail,
    DatasetRead,
    DatasetRow,
    DatasetVersionRead,
    Mapping,
    RowPage,
    RowProblem,
    Source,
    SplitOptions,
    SplitStats,
)
from rftdeck.runs import FieldProblem
from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from rftdeck_server.core.database import now
from rftdeck_server.core.errors import Invalid, NotFound
from rftdeck_server.datasets.tables import CHUNK_ROWS, ChunkRow, DatasetEntry, ImageRow, VersionRow
from rftdeck_server.jobs import store as jobs
from rftdeck_server.jobs.tables import JobRow
from rftdeck_server.media.store import KEEP_UNUSED
from rftdeck_server.media.tables import MediaRow

VersionState = Literal["importing", "ready", "failed", "cancelled"]
STATES: dict[str, VersionState] = {
    "importing": "importing", "ready": "ready", "failed": "failed", "cancelled": "cancelled",
}  # fmt: skip
CountRuns = Callable[[Session, VersionRow], int]
"""Runs that were trained on a version: given by the slice that knows runs."""

SHA_SHOWN = 12
DELETE_AT_ONCE = 500
_SOURCE: TypeAdapter[Source] = TypeAdapter(Source)
_REFERENCE = re.compile(
    re.escape(STORED_PREFIX) + r"(?P<name>[A-Za-z0-9][A-Za-z0-9_.-]{0,99})(@(?P<sha>[0-9a-f]{6,64}))?"
)


# ---- versions -----------------------------------------------------------------------------------------------------


def reference(version: VersionRow) -> str:
    """What a spec calls a version that is ready."""
    return f"{STORED_PREFIX}{version.dataset.name}@{(version.sha256 or '')[:SHA_SHOWN]}"


def find(session: Session, reference: str) -> VersionRow:
    """The version that `dataset:name@sha` means, or the newest ready one of `dataset:name`.

    Raises Invalid at dataset.name.
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise _unknown(f"{reference!r} does not name a data set", "Write dataset:name or dataset:name@sha.")
    entry = session.scalar(select(DatasetEntry).where(DatasetEntry.name == match["name"]))
    if entry is None:
        raise _unknown(f"there is no data set {match['name']!r}", "Choose one of the data sets page.")
    query = select(VersionRow).where(VersionRow.dataset_id == entry.id, VersionRow.state == "ready")
    if match["sha"] is not None:
        query = query.where(VersionRow.sha256.startswith(match["sha"]))
    version = session.scalar(
        query.where(VersionRow.same_as.is_(None)).order_by(VersionRow.number.desc()).limit(1)
    )
    if version is None:
        what = "no version that is ready" if match["sha"] is None else f"no version {match['sha']}"
        raise _unknown(f"the data set {entry.name!r} has {what}", "Choose one of its versions.")
    return version


def _unknown(reason: str, fix: str) -> Invalid:
    return Invalid(f"dataset.name: {reason}.", [FieldProblem(path="dataset.name", reason=reason, fix=fix)])


def get_version(session: Session, version_id: int) -> VersionRow:
    """Raises NotFound. An import that turned out to be the same rows as another version gives that one."""
    version = session.get(VersionRow, version_id)
    if version is not None and version.same_as is not None:
        version = session.get(VersionRow, version.same_as)
    if version is None:
        raise NotFound(f"There is no version {version_id} of a data set.")
    return version


def read_version(session: Session, version: VersionRow, used_by_runs: int = 0) -> DatasetVersionRead:
    job = None if version.job_id is None else session.get(JobRow, version.job_id)
    return DatasetVersionRead(
        id=version.id,
        dataset_id=version.dataset_id,
        name=version.dataset.name,
        number=version.number or 0,
        state=_state(version, job),
        job=None if job is None else jobs.read(job),
        sha256=version.sha256,
        reference=None if version.sha256 is None else reference(version),
        rows=version.rows,
        size_bytes=version.size_bytes,
        splits=[SplitStats.model_validate(split) for split in version.splits],
        findings=[DataFinding.model_validate(finding) for finding in version.findings],
        problems=[RowProblem.model_validate(problem) for problem in version.problems],
        n_problems=version.n_problems,
        source=_SOURCE.validate_python(version.source),
        mapping=None if version.mapping is None else Mapping.model_validate(version.mapping),
        split_options=SplitOptions.model_validate(version.split_options),
        recipe=version.recipe,
        created_at=version.created_at,
        used_by_runs=used_by_runs,
    )


def _state(version: VersionRow, job: JobRow | None) -> VersionState:
    """The job knows first that an import has failed or was cancelled."""
    if version.state == "importing" and job is not None:
        match job.state:
            case "failed":
                return "failed"
            case "cancelled":
                return "cancelled"
    return STATES[version.state]


def list_datasets(session: Session) -> list[DatasetRead]:
    """Newest first."""
    versions: dict[int, list[VersionRow]] = {}
    for version in session.scalars(_numbered().order_by(VersionRow.created_at.desc(), VersionRow.id.desc())):
        versions.setdefault(version.dataset_id, []).append(version)
    return [
        DatasetRead(
            id=newest.dataset_id,
            name=newest.dataset.name,
            description=newest.dataset.description,
            created_at=newest.dataset.created_at,
            newest=read_version(session, newest),
            n_versions=len(versions[newest.dataset_id]),
        )
        for newest, *_ in versions.values()
    ]


def read_dataset(session: Session, dataset_id: int, count: CountRuns) -> DatasetDetail:
    """Raises NotFound."""
    query = _numbered().where(VersionRow.dataset_id == dataset_id).order_by(VersionRow.number.desc())
    found = session.scalars(query).all()
    if not found:
        raise NotFound(f"There is no data set {dataset_id}.")
    versions = [read_version(session, version, count(session, version)) for version in found]
    entry = found[0].dataset
    return DatasetDetail(
        id=entry.id,
        name=entry.name,
        description=entry.description,
        created_at=entry.created_at,
        newest=versions[0],
        n_versions=len(versions),
        versions=versions,
    )


def _numbered() -> Select[VersionRow]:
    return select(VersionRow).where(VersionRow.same_as.is_(None))


def next_number(session: Session, dataset_id: int) -> int:
    newest = session.scalar(select(func.max(VersionRow.number)).where(VersionRow.dataset_id == dataset_id))
    return (newest or 0) + 1


def with_content(session: Session, dataset_id: int, sha256: str) -> VersionRow | None:
    query = _numbered().where(VersionRow.dataset_id == dataset_id, VersionRow.sha256 == sha256)
    return session.scalar(query)


def importing(session: Session) -> Sequence[VersionRow]:
    return session.scalars(select(VersionRow).where(VersionRow.state == "importing")).all()


# ---- rows ---------------------------------------------------------------------------------------------------------


def chosen_splits(version: VersionRow, split: str | None) -> list[str]:
    """The split, or all of them. Raises NotFound."""
    if split is not None:
        split_rows(version, split)
        return [split]
    return [stats["split"] for stats in version.splits]


def split_rows(version: VersionRow, split: str) -> int:
    """Raises NotFound."""
    found: dict[str, int] = {stats["split"]: stats["rows"] for stats in version.splits}
    if split not in found:
        raise NotFound(f"The version has no split {split!r}. It has: {', '.join(found) or 'no rows yet'}.")
    return found[split]


def page(session: Session, version: VersionRow, split: str, offset: int, limit: int) -> list[DatasetRow]:
    """Rows by their place in the split."""
    if limit <= 0:
        return []
    first = offset // CHUNK_ROWS
    chunks = _chunks(version.id, split).where(
        ChunkRow.index.between(first, (offset + limit - 1) // CHUNK_ROWS)
    )
    lines = [line for _, blob in session.execute(chunks) for line in _lines(blob)]
    start = offset - first * CHUNK_ROWS
    return [DatasetRow.model_validate_json(line) for line in lines[start : start + limit]]


def row_page(session: Session, version: VersionRow, split: str, offset: int, limit: int) -> RowPage:
    """Raises NotFound."""
    total = split_rows(version, split)
    items = page(session, version, split, offset, min(limit, total - offset))
    end = offset + len(items)
    return RowPage(
        items=items, offset=offset, total=total, next_offset=end if items and end < total else None
    )


def first_rows(session: Session, version: VersionRow, split: str, n: int) -> list[DatasetRow]:
    """Raises NotFound for a split that is not there."""
    return page(session, version, split, 0, min(n, split_rows(version, split)))


def all_rows(session: Session, version: VersionRow) -> Iterator[DatasetRow]:
    """Every row of every split, a chunk at a time."""
    for stats in version.splits:
        for line in lines_of(session, version, stats["split"]):
            yield DatasetRow.model_validate_json(line)


def lines_of(session: Session, version: VersionRow, split: str, offset: int = 0) -> Iterator[bytes]:
    """Rows from a place on as JSON, without line ends."""
    first = offset // CHUNK_ROWS
    skip = offset - first * CHUNK_ROWS
    for chunk in chunks_of(session, version.id, split, first):
        yield from chunk.split(b"\n")[skip:-1]
        skip = 0


def chunks_of(session: Session, version_id: int, split: str, first: int = 0) -> Iterator[bytes]:
    """JSON Lines, a chunk at a time: in between the database is free."""
    for index in itertools.count(first):
        here = (ChunkRow.version_id == version_id, ChunkRow.split == split, ChunkRow.index == index)
        blob = session.scalar(select(ChunkRow.blob).where(*here))
        if blob is None:
            return
        yield zlib.decompress(blob)


def _chunks(version_id: int, split: str) -> Select[int, bytes]:
    return (
        select(ChunkRow.index, ChunkRow.blob)
        .where(ChunkRow.version_id == version_id, ChunkRow.split == split)
        .order_by(ChunkRow.index)
    )


def _lines(blob: bytes) -> list[bytes]:
    return zlib.decompress(blob).split(b"\n")[:-1]


def hold_images(session: Session, version_id: int, hashes: Iterable[str]) -> None:
    """Say that a version holds these images."""
    values = [{"version_id": version_id, "sha256": sha256} for sha256 in hashes]
    if not values:
        return
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    query = sqlite.insert(ImageRow) if is_sqlite else postgresql.insert(ImageRow)
    session.execute(query.on_conflict_do_nothing(), values)


# ---- forgetting -----------------------------------------------------------------------------------------------------


def delete_rows(session: Session, version_id: int) -> bool:
    """Some of its chunks, or else its images; returns whether there may be more."""
    indices = (
        select(ChunkRow.split, ChunkRow.index).where(ChunkRow.version_id == version_id).limit(DELETE_AT_ONCE)
    )
    found: dict[str, list[int]] = {}
    for split, index in session.execute(indices):
        found.setdefault(split, []).append(index)
    for split, some in found.items():
        here = (ChunkRow.version_id == version_id, ChunkRow.split == split, ChunkRow.index.in_(some))
        session.execute(delete(ChunkRow).where(*here))
    if not found:
        session.execute(delete(ImageRow).where(ImageRow.version_id == version_id))
    return bool(found)


def delete_version(session: Session, version: VersionRow) -> None:
    """With its data set, when it was the last version."""
    session.execute(
        delete(VersionRow).where(or_(VersionRow.id == version.id, VersionRow.same_as == version.id))
    )
    if session.scalar(_numbered().where(VersionRow.dataset_id == version.dataset_id).limit(1)) is None:
        session.execute(delete(DatasetEntry).where(DatasetEntry.id == version.dataset_id))


def delete_unused_images(session: Session) -> None:
    """Images that only imports have stored, and that no data set holds any more (or a preview alone has shown)."""
    held = select(ImageRow.sha256).where(ImageRow.sha256 == MediaRow.sha256).exists()
    old = MediaRow.created_at < now() - KEEP_UNUSED
    session.execute(delete(MediaRow).where(MediaRow.imported.is_(True), old, ~held))
