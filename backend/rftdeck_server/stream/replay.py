"""Reading events again: the whole log of a run, or its printed lines alone."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Query
from rftdeck.events import EventPage
from rftdeck.runs import LogLine, LogPage
from sqlalchemy import select

from rftdeck_server.core.dependencies import DatabaseDep, Id
from rftdeck_server.events import log
from rftdeck_server.events.tables import EventRow
from rftdeck_server.runs.queries import get_run

router = APIRouter(tags=["stream"])

After = Annotated[int, Query(ge=0, lt=2**63)]


@router.get("/runs/{run_id}/events", operation_id="listEvents")
def list_events(
    run_id: Id, database: DatabaseDep, after: After = 0, limit: Annotated[int, Query(ge=1, le=5000)] = 500
) -> EventPage:
    """Every event of a run in order, as the live stream sends them. `after` is the id of the last one read."""
    with database.read() as session:
        get_run(session, run_id)
        items = log.read(session, run_id, after, limit)
    return EventPage(items=items, next_after=items[-1].id if items else after)


@router.get("/runs/{run_id}/logs", operation_id="readLogs")
def read_logs(
    run_id: Id,
    database: DatabaseDep,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
    tail: bool = False,
) -> LogPage:
    """What the training process printed. `limit` counts writes, each of one or more lines; `tail` takes the newest."""
    with database.read() as session:
        get_run(session, run_id)
        query = select(EventRow.id, EventRow.attempt, EventRow.time, EventRow.payload).where(
            EventRow.run_id == run_id, EventRow.type == "log.written", EventRow.id > after
        )
        order = EventRow.id.desc() if tail else EventRow.id.asc()
        rows = session.execute(query.order_by(order).limit(limit)).all()
    items = []
    for id_, attempt, time, payload in sorted(rows):
        event = orjson.loads(payload)
        items += [
            LogLine(id=id_, attempt=attempt or 0, time=time, stream=event["stream"], text=line)
            for line in event["lines"]
        ]
    return LogPage(items=items, next_after=items[-1].id if items else after)
