"""Workers: what they say of themselves, and what they hold."""

from collections import defaultdict
from datetime import timedelta

from fastapi import APIRouter, Response
from rftdeck.runs import WorkerBeat, WorkerList, WorkerRead
from sqlalchemy import select

from rftdeck_server.core.database import DatabaseDep, now
from rftdeck_server.runs.queries import held_by_workers
from rftdeck_server.workers.tables import WorkerRow

router = APIRouter(tags=["workers"])

ALIVE_FOR = timedelta(seconds=20)
"""Workers send a beat every 5 s."""


@router.post("/workers", operation_id="beatWorker", status_code=204)
def beat(worker: WorkerBeat, database: DatabaseDep) -> Response:
    with database.write() as session:
        session.merge(WorkerRow(**worker.model_dump(), last_seen_at=now()))
    return Response(status_code=204)


@router.get("/workers", operation_id="listWorkers")
def list_workers(database: DatabaseDep) -> WorkerList:
    with database.read() as session:
        rows = session.scalars(select(WorkerRow).order_by(WorkerRow.name)).all()
        held: dict[str, list[int]] = defaultdict(list)
        for name, run_id in held_by_workers(session):
            held[name].append(run_id)
    return WorkerList(
        items=[
            WorkerRead(
                **{name: getattr(row, name) for name in WorkerBeat.model_fields},
                last_seen_at=row.last_seen_at,
                alive=now() - row.last_seen_at < ALIVE_FOR,
                run_ids=held[row.name],
            )
            for row in rows
        ]
    )
