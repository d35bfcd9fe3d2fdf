from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Header, Query
from rftdeck.runs import (
    AttemptList,
    ExperimentList,
    RunDetail,
    RunKind,
    RunPage,
    RunUpdate,
    ValidationRead,
)
from rftdeck.spec import RunSpec
from rftdeck.states import Request, RunState
from sqlalchemy.orm import Session

from rftdeck_server.core.dependencies import BusDep, DatabaseDep, Id, SettingsDep
from rftdeck_server.core.pages import decode_cursor, encode_cursor
from rftdeck_server.events import log
from rftdeck_server.rewards.pool import PoolDep
from rftdeck_server.runs import control, queries
from rftdeck_server.runs import launch as launching
from rftdeck_server.runs.ideal_check import check_ideal_completions
from rftdeck_server.runs.read import read_attempt, read_detail, read_run
from rftdeck_server.runs.tables import RunRow

router = APIRouter(tags=["runs"])

RunSort = Literal[
    "created_at", "-created_at", "name", "-name", "experiment", "-experiment", "state", "-state",
    "step", "-step", "priority", "-priority",
]  # fmt: skip


def _detail(session: Session, run: RunRow) -> RunDetail:
    session.flush()
    return read_detail(run, log.last_id(session, run.id))


@router.post("/runs", operation_id="launchRun", status_code=201)
def launch(
    spec: RunSpec,
    database: DatabaseDep,
    bus: BusDep,
    pool: PoolDep,
    settings: SettingsDep,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> RunDetail:
    """Queue a run. The same Idempotency-Key with the same spec returns the run that it has launched."""
    with database.read() as session:  # scoring takes its time, and writers are few
        launching.refuse(check_ideal_completions(session, pool, spec))
    with database.write() as session:
        run = launching.launch(
            session,
            bus,
            spec,
            local_files=settings.shares_files_with_workers,
            idempotency_key=idempotency_key,
        )
        return _detail(session, run)


@router.post("/runs/validate", operation_id="validateSpec")
def validate(
    spec: Annotated[dict[str, Any], Body()], database: DatabaseDep, pool: PoolDep, settings: SettingsDep
) -> ValidationRead:
    """Findings, the resolved spec and an estimate, without launching anything. Any JSON object is taken."""
    with database.read() as session:
        return launching.validate(session, pool, spec, local_files=settings.shares_files_with_workers)


@router.get("/runs", operation_id="listRuns")
def list_runs(
    database: DatabaseDep,
    state: Annotated[list[RunState], Query()] = [],  # noqa: B006
    experiment: str | None = None,
    tag: str | None = None,
    q: Annotated[str | None, Query(max_length=200)] = None,
    kind: Annotated[list[RunKind], Query()] = ["managed", "external"],  # noqa: B006
    sort: RunSort = "-created_at",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> RunPage:
    """Runs by state, experiment, tag, and text in their name, experiment, notes and tags."""
    with database.read() as session:
        query = queries.filtered(state, kind, experiment, tag, q)
        after = (
            decode_cursor(cursor, queries.SORTS[sort.removeprefix("-")].type.python_type) if cursor else None
        )
        rows = queries.sorted_page(session, query, sort, limit, after)
        last = rows[-1] if len(rows) == limit else None
        return RunPage(
            items=[read_run(run) for run in rows],
            next_cursor=encode_cursor([_sort_value(last, sort), last.id]) if last else None,
            total=queries.count(session, query),
        )


def _sort_value(run: RunRow, sort: str) -> object:
    name = sort.removeprefix("-")
    return run.id if name == "created_at" else getattr(run, name)


@router.get("/runs/{run_id}", operation_id="readRun")
def read(run_id: Id, database: DatabaseDep) -> RunDetail:
    with database.read() as session:
        # The id first: what happens in between is then in the run already, and once more in the stream.
        last_event_id = log.last_id(session, run_id)
        return read_detail(queries.get_run(session, run_id), last_event_id)


@router.patch("/runs/{run_id}", operation_id="updateRun")
def update(run_id: Id, change: RunUpdate, database: DatabaseDep) -> RunDetail:
    """Name, tags, notes, priority; fields that are not sent stay as they are."""
    with database.write() as session:
        return _detail(session, control.update(session, run_id, change))


@router.post("/runs/{run_id}/stop", operation_id="stopRun")
def stop(run_id: Id, database: DatabaseDep, bus: BusDep) -> RunDetail:
    """End after the current step, with a checkpoint."""
    with database.write() as session:
        return _detail(session, control.request(session, bus, run_id, Request.STOP))


@router.post("/runs/{run_id}/cancel", operation_id="cancelRun")
def cancel(run_id: Id, database: DatabaseDep, bus: BusDep) -> RunDetail:
    """End at once."""
    with database.write() as session:
        return _detail(session, control.request(session, bus, run_id, Request.CANCEL))


@router.post("/runs/{run_id}/pause", operation_id="pauseRun")
def pause(run_id: Id, database: DatabaseDep, bus: BusDep) -> RunDetail:
    """End after the current step, with a checkpoint, ready to resume."""
    with database.write() as session:
        return _detail(session, control.request(session, bus, run_id, Request.PAUSE))


@router.post("/runs/{run_id}/resume", operation_id="resumeRun")
def resume(run_id: Id, database: DatabaseDep, bus: BusDep) -> RunDetail:
    """Queue a paused, crashed or failed run again."""
    with database.write() as session:
        return _detail(session, control.resume(session, bus, run_id))


@router.get("/runs/{run_id}/attempts", operation_id="listAttempts")
def list_attempts(run_id: Id, database: DatabaseDep) -> AttemptList:
    with database.read() as session:
        queries.get_run(session, run_id)
        return AttemptList(items=[read_attempt(row) for row in queries.list_attempts(session, run_id)])


@router.get("/experiments", operation_id="listExperiments")
def list_experiments(database: DatabaseDep) -> ExperimentList:
    with database.read() as session:
        return ExperimentList(items=queries.experiments(session))
