"""The event table: append and read."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, TypeAdapter
from rftdeck.events import Event, StreamedEvent
from sqlalchemy import Row, func, insert, select, text
from sqlalchemy.orm import Session

from rftdeck_server.core.bus import Bus
from rftdeck_server.core.database import after_commit, now
from rftdeck_server.events.tables import EventRow

_ORDER_LOCK = 0x52465444
"""Key of the PostgreSQL lock under which events get their ids, so that ids become visible in their order."""

EVENT: TypeAdapter[Any] = TypeAdapter(Event)


def append(
    session: Session,
    bus: Bus,
    run_id: int,
    events: Iterable[BaseModel],
    *,
    attempt: int | None = None,
    seqs: Sequence[int | None] | None = None,
    times: Sequence[datetime] | None = None,
) -> None:
    """Add events and announce them after the commit."""
    events = list(events)
    if not events:
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ORDER_LOCK})
    moment = now()
    session.execute(
        insert(EventRow),
        [
            {
                "run_id": run_id,
                "attempt": attempt,
                "seq": seqs[i] if seqs else None,
                "time": times[i] if times else moment,
                "type": event.type,  # type: ignore[attr-defined]
                "payload": EVENT.dump_json(event).decode(),
            }
            for i, event in enumerate(events)
        ],
    )
    after_commit(session, "announce", bus.announce)


def last_id(session: Session, run_id: int | None = None) -> int:
    query = select(func.max(EventRow.id))
    if run_id is not None:
        query = query.where(EventRow.run_id == run_id)
    return session.scalar(query) or 0


def rows_after(
    session: Session, after: int, limit: int, *, up_to: int | None = None, runs: Sequence[int] = ()
) -> Sequence[Row[int, int, int | None, datetime, str]]:
    """(id, run_id, attempt, time, payload) in order."""
    query = (
        select(EventRow.id, EventRow.run_id, EventRow.attempt, EventRow.time, EventRow.payload)
        .where(EventRow.id > after)
        .order_by(EventRow.id)
        .limit(limit)
    )
    if up_to is not None:
        query = query.where(EventRow.id <= up_to)
    if runs:
        query = query.where(EventRow.run_id.in_(runs))
    return session.execute(query).all()


def read(session: Session, run_id: int, after: int, limit: int) -> list[StreamedEvent]:
    return [
        StreamedEvent(id=id_, run_id=run, attempt=attempt, time=time, event=EVENT.validate_json(payload))
        for id_, run, attempt, time, payload in rows_after(session, after, limit, runs=[run_id])
    ]


def of_type(session: Session, run_id: int, kind: str) -> Sequence[Row[int, int | None, str]]:
    """(id, attempt, payload) of every event of a type, in order."""
    return session.execute(
        select(EventRow.id, EventRow.attempt, EventRow.payload)
        .where(EventRow.run_id == run_id, EventRow.type == kind)
        .order_by(EventRow.id)
    ).all()
