"""Is the server alive, can it work, and how much does it do?"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from rftdeck.runs import Problem
from rftdeck.states import RunState
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from rftdeck_server.core.dependencies import BusDep, DatabaseDep
from rftdeck_server.core.errors import problem_response
from rftdeck_server.events import log
from rftdeck_server.runs.tables import RunRow
from rftdeck_server.stream.hub import Hub

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def alive() -> Response:
    return PlainTextResponse("ok")


@router.get("/readyz")
def ready(database: DatabaseDep, bus: BusDep) -> Response:
    """200 when the database and Redis answer, else 503 with what is missing."""
    missing = []
    try:
        with database.read() as session:
            session.execute(select(1))
    except SQLAlchemyError as error:
        missing.append(f"database: {type(error).__name__}")
    if not bus.is_alive():
        missing.append("Redis does not answer")
    if missing:
        return problem_response(Problem(title="Not ready", status=503, detail="; ".join(missing)))
    return PlainTextResponse("ready")


@router.get("/metrics")
def prometheus(request: Request, database: DatabaseDep) -> Response:
    """Prometheus text format."""
    hub: Hub = request.app.state.hub
    with database.read() as session:
        counted = dict(session.execute(select(RunRow.state, func.count()).group_by(RunRow.state)).all())
        newest = log.last_id(session)
    lines = [
        "# TYPE rftdeck_runs gauge",
        *(f'rftdeck_runs{{state="{state}"}} {counted.get(state, 0)}' for state in RunState),
        "# TYPE rftdeck_events_total counter",
        f"rftdeck_events_total {newest}",
        "# TYPE rftdeck_stream_clients gauge",
        f"rftdeck_stream_clients {hub.n_clients}",
    ]
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")
