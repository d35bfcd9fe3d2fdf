"""The job behind an import: records → rows → spool → splits → store."""

import itertools
from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter
from rftdeck.datasets import DatasetRow, Mapping, Source, SplitOptions, SplitStats, UploadSource

from rftdeck_server.core.database import Database
from rftdeck_server.datasets import findings, gold, store, uploads
from rftdeck_server.datasets.images import Images
from rftdeck_server.datasets.mappings.answers import TYPES
from rftdeck_server.datasets.mappings.recognise import default_mapping, samples_of
from rftdeck_server.datasets.notes import Notes
from rftdeck_server.datasets.readers.record import Item, Record, SourceError
from rftdeck_server.datasets.readers.tree_records import Progress
from rftdeck_server.datasets.rows import RowMaker
from rftdeck_server.datasets.sources import (
    Context,
    PassRateRows,
    forget_work,
    open_source,
    work_folder,
    work_names,
)
from rftdeck_server.datasets.splitting import Plan, plan
from rftdeck_server.datasets.spool import Spool
from rftdeck_server.datasets.statistics import split_stats
from rftdeck_server.datasets.tables import VersionRow
from rftdeck_server.datasets.writing import Writer
from rftdeck_server.jobs.report import JobFailed, Report
from rftdeck_server.media import store as media

LOOK_AT = 50
"""Records by which a format is recognised."""
IMAGES_AT_ONCE = 500
IMAGE_BYTES_AT_ONCE = 16 * 2**20
TELL_EVERY = 500
READING = 0.75
"""Share of the work that is reading; the rest is storing."""

_SOURCE: TypeAdapter[Source] = TypeAdapter(Source)


def run(database: Database, version_id: int, report: Report, pass_rate_rows: PassRateRows) -> None:
    """Import a version. Raises JobFailed, JobLost."""
    with database.read() as session:
        version = session.get_one(VersionRow, version_id)
    if version.state != "importing":
        return  # it was done when the process that did it was killed
    _forget_rows(database, version_id, report)
    source = _SOURCE.validate_python(version.source)
    notes, progress = Notes(), Progress()
    with work_folder(_work(version_id)) as folder:
        images = Images(lambda sha256: _is_stored(database, sha256))
        context = Context(database, images, progress, pass_rate_rows)
        spool = Spool(folder)
        try:
            mapping = _read(version, source, context, spool, notes, report)
        except SourceError as error:
            raise JobFailed(f"{error.path}: {error.reason}. {error.fix}") from None
        finally:
            spool.close()
        splits = plan(spool, SplitOptions.model_validate(version.split_options))
        if not splits.rows:
            raise JobFailed(_nothing(notes))
        writer = _store(database, version_id, report, spool, splits)
        stats = [split_stats(spool, split) for split in splits.splits]
        report(0.99, "trying the gold")
        failures = gold.unscorable(writer.sample)
        message = _finish(database, version_id, report, mapping, writer, stats, notes, splits, failures)
    if isinstance(source, UploadSource):
        uploads.forget(source.upload_id)
    report(1.0, message)


def _read(
    version: VersionRow, source: Source, context: Context, spool: Spool, notes: Notes, report: Report
) -> Mapping | None:
    """Fill the spool; returns the mapping that was used. Raises SourceError."""
    report(None, "opening the source")
    given = None if version.mapping is None else Mapping.model_validate(version.mapping)
    items = iter(open_source(source, context).items)
    first = list(itertools.islice(items, LOOK_AT))
    mapping = given or recognised(first)
    maker = RowMaker(mapping or Mapping(), context.images, notes)
    for number, item in enumerate(itertools.chain(first, items)):
        for row in maker.rows(item):
            spool.add(row)
        if context.images.fresh_bytes > IMAGE_BYTES_AT_ONCE or len(context.images.used) > IMAGES_AT_ONCE:
            _store_images(context, version.id, report)
        if number % TELL_EVERY == 0:
            fraction = context.progress.fraction
            report(None if fraction is None else fraction * READING, f"{spool.rows:,} rows")
    _store_images(context, version.id, report)
    return mapping


def recognised(items: Iterable[Item | DatasetRow]) -> Mapping | None:
    """None when there are no records, but rows."""
    records = [item.fields for item in items if isinstance(item, Record)]
    return default_mapping(samples_of(records)) if records else None


def _store(database: Database, version_id: int, report: Report, spool: Spool, splits: Plan) -> Writer:
    total = splits.rows
    writer = Writer(
        database,
        version_id,
        report,
        lambda done: report(READING + (0.98 - READING) * done / total, f"{done:,} of {total:,} rows stored"),
    )
    writer.write(spool, splits)
    return writer


def _store_images(context: Context, version_id: int, report: Report) -> None:
    with context.database.write() as session:
        report.guard(session)
        media.add_imported(session, context.images.fresh)
        store.hold_images(session, version_id, context.images.used)
    context.images.clear()


def _finish(
    database: Database,
    version_id: int,
    report: Report,
    mapping: Mapping | None,
    writer: Writer,
    stats: list[SplitStats],
    notes: Notes,
    splits: Plan,
    failures: list[str],
) -> str:
    """Make the version ready, or another id of the version that has the same rows; returns what to tell."""
    tried = len(writer.sample)
    found = findings.find(notes, splits, stats, failures, tried)
    with database.write() as session:
        report.guard(session)
        version = session.get_one(VersionRow, version_id, with_for_update=True)
        same = store.with_content(session, version.dataset_id, writer.sha256)
        version.state = "ready"
        if same is not None:
            version.same_as, version.number = same.id, None
            message = f"the same rows as version {same.number}, so no new version was made"
        else:
            version.sha256 = writer.sha256
            version.rows, version.size_bytes = writer.rows, writer.size_bytes
            version.mapping = None if mapping is None else mapping.model_dump(mode="json")
            version.splits = _plain(stats)
            version.findings = _plain(found)
            version.problems = _plain(notes.problems)
            version.n_problems = notes.n_problems
            version.recipe = _recipe(stats)
            message = f"{writer.rows:,} rows"
    if same is not None:
        _forget_rows(database, version_id, report)
    return message


def _recipe(stats: list[SplitStats]) -> str | None:
    task = gold.commonest(split.task_types for split in stats)
    kind = gold.commonest(split.answer_types for split in stats)
    return gold.recipe_of(task, TYPES.get(kind or ""))


def _plain(models: Iterable[Any]) -> list[Any]:
    return [model.model_dump(mode="json") for model in models]


def _nothing(notes: Notes) -> str:
    reasons = [findings.line_of(problem) for problem in notes.problems[:3]] + notes.examples["missing_image"][
        :3
    ]
    return "no record became a row" + (": " + "; ".join(reasons) if reasons else "")


def _is_stored(database: Database, sha256: str) -> bool:
    with database.read() as session:
        return bool(media.known(session, [sha256]))


# ---- half-done work -------------------------------------------------------------------------------------------------


def clean(database: Database, version_id: int, state: str) -> None:
    """Throw away what an import that failed or was cancelled has left."""
    forget_work(_work(version_id))
    while _delete_some(database, version_id):
        pass
    with database.write() as session:
        version = session.get(VersionRow, version_id)
        if version is not None and version.state == "importing":
            version.state = state


def sweep(database: Database) -> None:
    """Forget old uploads, images that nothing holds, and folders of imports that have ended elsewhere."""
    with database.read() as session:
        open_versions = store.importing(session)
    waiting = {version.source.get("upload_id", "") for version in open_versions}
    uploads.forget_old(waiting)
    names = {_work(version.id) for version in open_versions}
    for name in work_names() - names:
        forget_work(name)
    with database.write() as session:
        store.delete_unused_images(session)


def _forget_rows(database: Database, version_id: int, report: Report) -> None:
    more = True
    while more:
        with database.write() as session:
            report.guard(session)
            more = store.delete_rows(session, version_id)


def _delete_some(database: Database, version_id: int) -> bool:
    with database.write() as session:
        return store.delete_rows(session, version_id)


def _work(version_id: int) -> str:
    return f"version{version_id}"
