"""All SQL about runs and attempts."""

import json
from collections.abc import Sequence
from datetime import datetime

from rftdeck.runs import ExperimentRead, RunKind
from rftdeck.spec import RunSpec
from rftdeck.states import ACTIVE, RunState
from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from rftdeck_server.core.errors import NotFound
from rftdeck_server.runs.tables import AttemptRow, RunRow

SORTS: dict[str, InstrumentedAttribute[object]] = {
    "created_at": RunRow.id,  # ids ascend with creation, and are never equal
    "name": RunRow.name,
    "experiment": RunRow.experiment,
    "state": RunRow.state,
    "step": RunRow.step,
    "priority": RunRow.priority,
}


def get_run(session: Session, run_id: int, *, for_update: bool = False) -> RunRow:
    """Raises NotFound."""
    query = select(RunRow).where(RunRow.id == run_id)
    run = session.scalar(query.with_for_update() if for_update else query)
    if run is None:
        raise NotFound(f"There is no run {run_id}.")
    return run


def get_attempt(session: Session, run_id: int, number: int) -> AttemptRow | None:
    return session.scalar(select(AttemptRow).where(AttemptRow.run_id == run_id, AttemptRow.number == number))


def list_attempts(session: Session, run_id: int) -> Sequence[AttemptRow]:
    return session.scalars(
        select(AttemptRow).where(AttemptRow.run_id == run_id).order_by(AttemptRow.number)
    ).all()


def attempt_cutoffs(session: Session, run_id: int) -> dict[int, int | None]:
    """Attempt → last step that still counts; None when all do.

    An attempt that resumed from step s supersedes what older attempts did after s.
    """
    rows = session.execute(
        select(AttemptRow.number, AttemptRow.resume_step)
        .where(AttemptRow.run_id == run_id)
        .order_by(AttemptRow.number.desc())
    ).all()
    cutoffs: dict[int, int | None] = {}
    lowest: int | None = None
    for number, resume_step in rows:
        cutoffs[number] = lowest
        lowest = resume_step if lowest is None else min(lowest, resume_step)
    return cutoffs


def current_only(
    cutoffs: dict[int, int | None],
    attempt: InstrumentedAttribute[int],
    step: InstrumentedAttribute[int],
) -> ColumnElement[bool]:
    """Rows that no later attempt has superseded."""
    superseding = {number: cutoff for number, cutoff in cutoffs.items() if cutoff is not None}
    if not superseding:
        return true()
    return or_(
        attempt.not_in(superseding),
        *((attempt == number) & (step <= cutoff) for number, cutoff in superseding.items()),
    )


def filtered(
    states: Sequence[RunState],
    kinds: Sequence[RunKind],
    experiment: str | None,
    tag: str | None,
    text: str | None,
) -> Select[RunRow]:
    query = select(RunRow).where(RunRow.kind.in_(kinds))
    if states:
        query = query.where(RunRow.state.in_(states))
    if experiment is not None:
        query = query.where(RunRow.experiment == experiment)
    if tag is not None:
        query = query.where(cast(RunRow.tags, String).contains(json.dumps(tag), autoescape=True))
    if text:
        query = query.where(
            or_(
                *(
                    func.lower(column).contains(text.lower(), autoescape=True)
                    for column in (RunRow.name, RunRow.experiment, RunRow.notes, cast(RunRow.tags, String))
                )
            )
        )
    return query


def count(session: Session, query: Select[RunRow]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def sorted_page(
    session: Session, query: Select[RunRow], sort: str, limit: int, after: list[object] | None
) -> Sequence[RunRow]:
    """One page by keyset: `after` is [value, id] of the last run of the page before."""
    column, descending = SORTS[sort.removeprefix("-")], sort.startswith("-")
    if after is not None:
        value, run_id = after
        beyond = column < value if descending else column > value
        tie = RunRow.id < run_id if descending else RunRow.id > run_id
        query = query.where(or_(beyond, (column == value) & tie))
    order = (column.desc(), RunRow.id.desc()) if descending else (column.asc(), RunRow.id.asc())
    return session.scalars(query.order_by(*order).limit(limit)).all()


def best_queued(session: Session, queues: Sequence[str]) -> int | None:
    """By priority, then age."""
    return session.scalar(
        select(RunRow.id)
        .where(RunRow.state == RunState.QUEUED, RunRow.queue.in_(queues))
        .order_by(RunRow.priority.desc(), RunRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def queues_that_wait(session: Session) -> Sequence[str]:
    return session.scalars(select(RunRow.queue).where(RunRow.state == RunState.QUEUED).distinct()).all()


def with_expired_lease(session: Session, moment: datetime) -> Sequence[int]:
    return session.scalars(
        select(RunRow.id).where(RunRow.state.in_(ACTIVE), RunRow.lease_expires_at < moment)
    ).all()


def held_by_workers(session: Session) -> Sequence[tuple[str, int]]:
    """(worker, run) of every lease."""
    rows = session.execute(select(RunRow.worker, RunRow.id).where(RunRow.state.in_(ACTIVE))).all()
    return [(worker, run_id) for worker, run_id in rows if worker is not None]


def experiments(session: Session) -> list[ExperimentRead]:
    rows = session.execute(
        select(RunRow.experiment, func.count(), func.max(RunRow.created_at))
        .where(RunRow.kind != "preflight")
        .group_by(RunRow.experiment)
        .order_by(func.max(RunRow.id).desc())
    ).all()
    return [ExperimentRead(name=name, n_runs=n, last_run_at=last) for name, n, last in rows]


def mean_step_time_s(session: Session, spec: RunSpec) -> float | None:
    """Wall time a step of the newest completed run with the same model, batch and length; None without one."""
    candidates = session.scalars(
        select(RunRow)
        .where(RunRow.state == RunState.COMPLETED, RunRow.kind == "managed", RunRow.step > 0)
        .order_by(RunRow.id.desc())
        .limit(50)
    )
    for run in candidates:
        if run.spec is None or run.started_at is None or run.finished_at is None:
            continue
        other = RunSpec.model_validate(run.spec)
        if _cost(other) == _cost(spec):
            return (run.finished_at - run.started_at).total_seconds() / run.step
    return None


def _cost(spec: RunSpec) -> tuple[object, ...]:
    return spec.model, spec.dataset.name, spec.generation_batch_size, spec.sampling, spec.optimizer
