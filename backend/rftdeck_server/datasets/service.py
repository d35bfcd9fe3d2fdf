"""What a person does with data sets."""

from rftdeck.datasets import (
    DatasetCreate,
    DatasetVersionRead,
    HubSource,
    PassRateSource,
    PathSource,
    ReasoningGymSource,
    SyntheticSource,
    UploadSource,
)
from rftdeck.runs import FieldProblem
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from rftdeck_server.core.database import now
from rftdeck_server.core.errors import Conflict, Invalid
from rftdeck_server.datasets import store, uploads
from rftdeck_server.datasets.readers.record import SourceError
from rftdeck_server.datasets.sources import checked_path
from rftdeck_server.datasets.tables import DatasetEntry, VersionRow
from rftdeck_server.jobs import store as jobs

JOB_KIND = "import"


def create(session: Session, create: DatasetCreate) -> DatasetVersionRead:
    """Queue the import of a new version. Raises Invalid when the source cannot be."""
    check_source(create)
    entry = session.scalar(select(DatasetEntry).where(DatasetEntry.name == create.name).with_for_update())
    if entry is None:
        entry = DatasetEntry(name=create.name, description=create.description, created_at=now())
        session.add(entry)
        try:
            session.flush()
        except IntegrityError:
            raise Conflict(f"Somebody made the data set {create.name} at this moment. Try again.") from None
    elif create.description:
        entry.description = create.description
    version = VersionRow(
        dataset=entry,
        number=store.next_number(session, entry.id),
        state="importing",
        source=create.source.model_dump(mode="json"),
        mapping=None if create.mapping is None else create.mapping.model_dump(mode="json"),
        split_options=create.splits.model_dump(mode="json"),
        splits=[],
        findings=[],
        problems=[],
        created_at=now(),
    )
    session.add(version)
    session.flush()
    version.job_id = jobs.create(session, JOB_KIND, version.id).id
    session.flush()
    return store.read_version(session, version)


def check_source(create: DatasetCreate) -> None:
    """What can be said at once about a source. Raises Invalid."""
    try:
        match create.source:
            case UploadSource():
                uploads.path_of(create.source.upload_id)
            case PathSource():
                checked_path(create.source)
            case HubSource() | ReasoningGymSource() | SyntheticSource() | PassRateSource():
                pass  # the job finds out
    except SourceError as error:
        raise invalid(error) from None


def invalid(error: SourceError) -> Invalid:
    return Invalid(
        f"{error.path}: {error.reason}.", [FieldProblem(path=error.path, reason=error.reason, fix=error.fix)]
    )


def cancel(session: Session, version_id: int) -> DatasetVersionRead:
    """Raises NotFound, and Conflict when there is nothing to cancel."""
    version = store.get_version(session, version_id)
    if version.state != "importing" or version.job_id is None:
        raise Conflict(f"Version {version_id} is not being imported: it is {version.state}.")
    jobs.cancel(session, version.job_id)
    return store.read_version(session, version)


def delete(session: Session, version_id: int, count_runs: store.CountRuns) -> None:
    """Raises NotFound, and Conflict while runs name the version or it is being imported."""
    version = store.get_version(session, version_id)
    if store.read_version(session, version).state == "importing":
        raise Conflict("The version is being imported. Cancel the import first.")
    if runs := count_runs(session, version):
        raise Conflict(
            f"{runs} run{'s' if runs > 1 else ''} used this version, and their record would be broken."
        )
    while store.delete_rows(session, version.id):
        pass
    store.delete_version(session, version)
