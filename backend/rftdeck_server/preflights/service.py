"""Pre-flights: queue one, find the one that speaks for a spec, and keep the rows it found worth training on."""

from collections.abc import Iterator

from rftdeck.datasets import (
    STORED_PREFIX,
    ChatMessage,
    DatasetCreate,
    DatasetRow,
    DatasetVersionRead,
    PassRateSource,
)
from rftdeck.preflights import FilterRequest, PreflightCreate, PreflightRead
from rftdeck.runs import FieldProblem
from rftdeck.spec import RunSpec
from sqlalchemy import select
from sqlalchemy.orm import Session

from rftdeck_server.core.bus import Bus
from rftdeck_server.core.errors import Conflict, Invalid
from rftdeck_server.datasets import service as datasets_service
from rftdeck_server.datasets import store as datasets
from rftdeck_server.preflights import store
from rftdeck_server.preflights.fingerprint import fingerprint
from rftdeck_server.preflights.tables import PreflightRow
from rftdeck_server.rollouts.tables import GroupRow
from rftdeck_server.runs import launch

ABOVE_TRAINING = 100
"""Priority of a pre-flight over the runs of its spec: somebody is waiting for it."""


def create(session: Session, bus: Bus, request: PreflightCreate, *, local_files: bool) -> PreflightRead:
    """Raises Invalid when a finding about the spec is an error."""
    spec = launch.pinned(session, request.spec)
    launch.refuse(launch.check(session, spec, local_files=local_files))
    resources = spec.resources.model_copy(
        update={"priority": min(1000, spec.resources.priority + ABOVE_TRAINING), "max_restarts": 0}
    )
    run = launch.queue(
        session, bus, spec.model_copy(update={"resources": resources}), "preflight", request.options
    )
    row = PreflightRow(run_id=run.id, fingerprint=fingerprint(spec))
    session.add(row)
    session.flush()
    return store.get(session, run.id)


def newest(session: Session, spec: RunSpec) -> PreflightRead | None:
    """With the duration of this spec, which may be longer or shorter than the one that was tried."""
    try:
        spec = launch.pinned(session, spec)
    except Invalid:
        return None
    found = store.newest(session, fingerprint(spec))
    if found is None or found.result is None:
        return found
    result = found.result
    seconds = (
        result.startup_s
        + spec.schedule.max_steps * result.step_time_s
        + spec.evaluations * result.evaluation_s
    )
    return found.model_copy(update={"result": result.model_copy(update={"duration_s": seconds})})


def keep_band(session: Session, run_id: int, request: FilterRequest) -> DatasetVersionRead:
    """Start the import of the rows within the band. Raises Conflict before the result, Invalid for an empty band."""
    found = store.get(session, run_id)
    if found.result is None:
        raise Conflict(f"Pre-flight {run_id} has no result yet.")
    if not chosen(session, run_id, request.min_pass_rate, request.max_pass_rate):
        reason = (
            f"no row passed between {request.min_pass_rate:.0%} and {request.max_pass_rate:.0%} of the time"
        )
        raise Invalid(
            f"min_pass_rate: {reason}.",
            [FieldProblem(path="min_pass_rate", reason=reason, fix="Choose a wider band.")],
        )
    source = PassRateSource(
        preflight_run_id=run_id, min_pass_rate=request.min_pass_rate, max_pass_rate=request.max_pass_rate
    )
    return datasets_service.create(session, DatasetCreate(name=request.name, source=source))


def chosen(session: Session, run_id: int, low: float, high: float) -> dict[str, float]:
    """Row id → pass rate, of the rows within the band."""
    result = store.get(session, run_id).result
    rows = [] if result is None else result.rows
    return {row.row: row.pass_rate for row in rows if low <= row.pass_rate <= high}


def rows(session: Session, source: PassRateSource) -> Iterator[DatasetRow]:
    """The rows within the band, difficulty set to 1 - pass rate, and the other splits of a stored data set as they are.

    Of a data set that is not stored here they are what the pre-flight captured.
    """
    band = chosen(session, source.preflight_run_id, source.min_pass_rate, source.max_pass_rate)
    spec = store.spec_of(session, source.preflight_run_id)
    if spec.dataset.name.startswith(STORED_PREFIX):
        version = datasets.find(session, spec.dataset.name)
        for row in datasets.all_rows(session, version):
            if row.split != spec.dataset.split:
                yield row
            elif row.id in band:
                yield row.model_copy(update={"difficulty": 1 - band[row.id]})
        return
    groups = session.scalars(
        select(GroupRow).where(GroupRow.run_id == source.preflight_run_id).order_by(GroupRow.index)
    )
    for group in groups:
        if group.row in band:
            yield _captured(group, spec, 1 - band[group.row])


def _captured(group: GroupRow, spec: RunSpec, difficulty: float) -> DatasetRow:
    messages = [ChatMessage(role=m["role"], content=m["content"]) for m in group.prompt]
    if spec.dataset.system_prompt is not None and messages and messages[0].role == "system":
        messages = messages[1:]  # it stands in the spec
    return DatasetRow(
        id=group.row or str(group.id),
        messages=messages,
        images=group.images,
        answer=group.answer,
        source=spec.dataset.name,
        difficulty=difficulty,
        extra=group.columns,
    )
