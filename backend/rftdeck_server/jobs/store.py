"""All SQL about jobs."""

from collections.abc import Sequence
from datetime import timedelta
from threading import Event as Bell
from typing import Any, cast

from rftdeck.jobs import JobRead
from sqlalchemy import CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session

from rftdeck_server.core.database import after_commit, now
from rftdeck_server.core.errors import NotFound
from rftdeck_server.jobs.tables import JobRow

MAX_TRIES = 3
OPEN = ("queued", "running")
DIED = "its process or its server ended {tries} times while it worked; the log of the server may say why"

BELL = Bell()
"""Rung when a job is created or cancelled in this server process, so that its runner need not wait for its next look."""


def create(session: Session, kind: str, subject_id: int) -> JobRow:
    """A job that a server takes up once the transaction stands."""
    job = JobRow(kind=kind, subject_id=subject_id, created_at=now())
    session.add(job)
    session.flush()
    after_commit(session, "jobs", BELL.set)
    return job


def get(session: Session, job_id: int) -> JobRow:
    """Raises NotFound."""
    job = session.get(JobRow, job_id)
    if job is None:
        raise NotFound(f"There is no job {job_id}.")
    return job


def read(job: JobRow) -> JobRead:
    return JobRead.model_validate(job, from_attributes=True)


def cancel(session: Session, job_id: int) -> JobRow:
    """A job that has ended stays as it is. Raises NotFound."""
    query = update(JobRow).where(JobRow.id == job_id, JobRow.state.in_(OPEN))
    session.execute(query.values(state="cancelled", finished_at=now()))
    after_commit(session, "jobs", BELL.set)
    return get(session, job_id)


# ---- the runner's side ------------------------------------------------------------------------------------------


def waiting(session: Session, lease_s: float) -> Sequence[JobRow]:
    """Queued jobs and those whose process was not heard of for so long, oldest first."""
    silent = and_(JobRow.state == "running", JobRow.beat_at < now() - timedelta(seconds=lease_s))
    return session.scalars(
        select(JobRow).where(or_(JobRow.state == "queued", silent)).order_by(JobRow.id).limit(20)
    ).all()


def claim(session: Session, seen: JobRow, server: str) -> int | None:
    """Take a job up as it was seen; returns which try it is, or None when somebody else was first.

    A job that was tried too often fails.
    """
    as_seen = (JobRow.id == seen.id, JobRow.state == seen.state, JobRow.tries == seen.tries)
    query = update(JobRow).where(*as_seen)
    if seen.tries >= MAX_TRIES:
        error = DIED.format(tries=seen.tries)
        session.execute(query.values(state="failed", error=error, finished_at=now()))
        return None
    moment = now()
    claimed = query.values(
        state="running",
        server=server,
        tries=seen.tries + 1,
        beat_at=moment,
        started_at=seen.started_at or moment,
        fraction=None,
        message=None,
    )
    return seen.tries + 1 if _changed(session, claimed) else None


def beat(session: Session, job_id: int, attempt: int, fraction: float | None, message: str | None) -> bool:
    """False when the job was cancelled or taken over."""
    query = update(JobRow).where(*_ours(job_id, attempt))
    return _changed(session, query.values(beat_at=now(), fraction=fraction, message=message))


def is_ours(session: Session, job_id: int, attempt: int) -> bool:
    """Whether the claim stands; it then stands until the transaction ends."""
    query = select(JobRow.id).where(*_ours(job_id, attempt)).with_for_update(read=True)
    return session.scalar(query) is not None


def finish(session: Session, job_id: int, attempt: int, message: str | None, error: str | None) -> None:
    query = update(JobRow).where(*_ours(job_id, attempt))
    if error is None:
        query = query.values(state="completed", fraction=1.0, message=message, cleaned=True)
    else:
        query = query.values(state="failed", error=error)
    session.execute(query.values(finished_at=now()))


def give_back(session: Session, job_id: int, attempt: int, *, counts: bool) -> None:
    """Queue a job again whose process has ended; a try that does not count was ended by us."""
    tries = attempt if counts else attempt - 1
    query = update(JobRow).where(*_ours(job_id, attempt))
    session.execute(query.values(state="queued", tries=tries, server=None, beat_at=None))


def lost(session: Session, claims: dict[int, int]) -> set[int]:
    """Of job → try those whose claim no longer stands."""
    found = session.execute(select(JobRow.id, JobRow.tries, JobRow.state).where(JobRow.id.in_(claims)))
    ours = {job_id for job_id, tries, state in found if state == "running" and tries == claims[job_id]}
    return claims.keys() - ours


def unclean(session: Session) -> Sequence[JobRow]:
    """Jobs that ended badly and may have left something half done."""
    ended = JobRow.state.in_(("failed", "cancelled"))
    return session.scalars(select(JobRow).where(ended, JobRow.cleaned.is_(False)).limit(20)).all()


def mark_clean(session: Session, job_id: int) -> None:
    session.execute(update(JobRow).where(JobRow.id == job_id).values(cleaned=True))


def _ours(job_id: int, attempt: int) -> tuple[Any, ...]:
    return JobRow.id == job_id, JobRow.state == "running", JobRow.tries == attempt


def _changed(session: Session, query: Any) -> bool:
    return cast(CursorResult[Any], session.execute(query)).rowcount == 1
