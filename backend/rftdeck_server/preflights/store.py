"""All SQL about pre-flights."""

from rftdeck.preflights import PreflightOptions, PreflightRead, PreflightResult
from rftdeck.spec import RunSpec
from rftdeck.states import RunState
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from rftdeck_server.core.errors import NotFound
from rftdeck_server.preflights.tables import PreflightRow
from rftdeck_server.runs import queries as runs
from rftdeck_server.runs.tables import RunRow

DEAD = (RunState.FAILED, RunState.CANCELLED)


def store(session: Session, run_id: int, result: PreflightResult) -> None:
    """Keep the result; one that comes for a run that is no pre-flight is passed over."""
    row = session.get(PreflightRow, run_id)
    if row is not None:
        row.result = result.model_dump(mode="json")


def get(session: Session, run_id: int) -> PreflightRead:
    """Raises NotFound."""
    row = session.get(PreflightRow, run_id, options=[undefer(PreflightRow.result)])
    if row is None:
        raise NotFound(f"There is no pre-flight {run_id}.")
    return read(session, row)


def newest(session: Session, fingerprint: str) -> PreflightRead | None:
    """The newest one that did not fail."""
    row = session.scalar(
        select(PreflightRow)
        .join(RunRow, RunRow.id == PreflightRow.run_id)
        .where(PreflightRow.fingerprint == fingerprint, RunRow.state.not_in(DEAD))
        .order_by(PreflightRow.run_id.desc())
        .options(undefer(PreflightRow.result))
        .limit(1)
    )
    return None if row is None else read(session, row)


def read(session: Session, row: PreflightRow) -> PreflightRead:
    run = runs.get_run(session, row.run_id)
    return PreflightRead(
        run_id=run.id,
        state=RunState(run.state),
        state_reason=run.state_reason,
        phase=run.phase,
        phase_fraction=run.phase_fraction,
        options=PreflightOptions.model_validate(run.preflight),
        result=None if row.result is None else PreflightResult.model_validate(row.result),
        created_at=run.created_at,
    )


def spec_of(session: Session, run_id: int) -> RunSpec:
    return RunSpec.model_validate(runs.get_run(session, run_id).spec)
