"""Leases: how a worker takes a run, keeps it, and loses it."""

import secrets
from datetime import datetime, timedelta

from rftdeck.events import AttemptEnded, AttemptStarted
from rftdeck.runs import ClaimRequest, HeartbeatRead
from rftdeck.states import ACTIVE, Outcome, Request, RunState
from sqlalchemy import update
from sqlalchemy.orm import Session

from rftdeck_server.core.bus import Bus
from rftdeck_server.core.database import now
from rftdeck_server.core.errors import FencedOff
from rftdeck_server.runs import queries
from rftdeck_server.runs.tables import AttemptRow, RunRow
from rftdeck_server.runs.transitions import transition


def claim_best(session: Session, bus: Bus, request: ClaimRequest, lease_s: float) -> RunRow | None:
    """Take the first queued run by priority and age; None when nothing waits."""
    while (run_id := queries.best_queued(session, request.queues)) is not None:
        if (run := claim(session, bus, run_id, request, lease_s)) is not None:
            return run
    return None


def claim(session: Session, bus: Bus, run_id: int, request: ClaimRequest, lease_s: float) -> RunRow | None:
    """Compare-and-set: of many claimants exactly one gets the run, with a token newer than all before."""
    token = secrets.token_hex(16)
    won = session.execute(
        update(RunRow)
        .where(RunRow.id == run_id, RunRow.state == RunState.QUEUED)
        .values(token=token, attempt=RunRow.attempt + 1, worker=request.worker)
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]
        return None
    run = queries.get_run(session, run_id, for_update=True)
    session.refresh(run)
    transition(session, bus, run, RunState.CLAIMED)
    run.lease_s = lease_s
    run.lease_expires_at = now() + timedelta(seconds=lease_s)
    session.add(
        AttemptRow(
            run_id=run.id,
            number=run.attempt,
            worker=request.worker,
            hostname=request.hostname,
            versions={},
            claimed_at=now(),
        )
    )
    session.flush()
    return run


def check_token(run: RunRow, attempt: int, token: str) -> None:
    """Raises FencedOff unless the writer holds the newest claim."""
    if run.attempt != attempt or run.token is None or not secrets.compare_digest(run.token, token):
        raise FencedOff(
            f"Attempt {attempt} of run {run.id} has lost its lease; attempt {run.attempt} is the newest."
        )


def heartbeat(session: Session, run_id: int, attempt: int, token: str) -> HeartbeatRead:
    """Extend the lease. Raises FencedOff when it is lost, even if nobody else has claimed the run yet."""
    run = queries.get_run(session, run_id, for_update=True)
    check_token(run, attempt, token)
    if run.state not in ACTIVE or run.lease_s is None:
        raise FencedOff(f"The lease on run {run_id} has expired; the run is {run.state}.")
    run.lease_expires_at = now() + timedelta(seconds=run.lease_s)
    return HeartbeatRead(requested=Request(run.requested) if run.requested else None, lease_s=run.lease_s)


def start_attempt(
    session: Session, bus: Bus, run: RunRow, attempt: AttemptRow, event: AttemptStarted, time: datetime
) -> None:
    attempt.hostname, attempt.device = event.hostname, event.device
    attempt.versions, attempt.resume_step = event.versions, event.resume_step
    attempt.started_at = time
    run.started_at = run.started_at or time
    run.step = event.resume_step
    if run.state == RunState.CLAIMED:
        transition(session, bus, run, RunState.RUNNING)


def end_attempt(
    session: Session, bus: Bus, run: RunRow, attempt: AttemptRow, event: AttemptEnded, time: datetime
) -> None:
    """Close an attempt and move the run on. An attempt that was already given up for lost changes no state."""
    if attempt.ended_at is not None and attempt.outcome != Outcome.CRASHED:
        return
    attempt.ended_at, attempt.outcome = time, event.outcome
    attempt.reason, attempt.traceback = event.reason, event.traceback
    if run.state not in ACTIVE:
        return
    wish = Request(run.requested) if run.requested else None
    if run.state == RunState.CLAIMED and event.outcome in (Outcome.COMPLETED, Outcome.STOPPED):
        transition(session, bus, run, RunState.RUNNING)
    match event.outcome:
        case Outcome.COMPLETED:
            transition(session, bus, run, RunState.COMPLETED, event.reason)
        case Outcome.STOPPED:
            transition(session, bus, run, RunState.COMPLETED, event.reason or f"stopped at step {run.step}")
        case Outcome.PAUSED:
            if run.state != RunState.PAUSING:
                transition(session, bus, run, RunState.PAUSING)
            transition(session, bus, run, RunState.PAUSED, event.reason)
        case Outcome.FAILED:
            transition(session, bus, run, RunState.FAILED, event.reason)
        case Outcome.CANCELLED:
            transition(session, bus, run, RunState.CANCELLED, event.reason)
        case Outcome.CRASHED:
            _crash(session, bus, run, wish, event.reason or "the training process vanished")


def expire(session: Session, bus: Bus, run_id: int, moment: datetime) -> None:
    """Give a run up whose lease ended before `moment`; queue it again if its restart policy allows."""
    run = queries.get_run(session, run_id, for_update=True)
    if run.state not in ACTIVE or run.lease_expires_at is None or run.lease_expires_at >= moment:
        return  # somebody was faster
    reason = f"no heartbeat from {run.worker} for {run.lease_s:g} s"
    attempt = queries.get_attempt(session, run_id, run.attempt)
    if attempt is not None:
        attempt.ended_at, attempt.outcome, attempt.reason = now(), Outcome.CRASHED, reason
    _crash(session, bus, run, Request(run.requested) if run.requested else None, reason)


def _crash(session: Session, bus: Bus, run: RunRow, wish: Request | None, reason: str) -> None:
    transition(session, bus, run, RunState.CRASHED, reason)
    match wish:
        case Request.CANCEL:
            transition(session, bus, run, RunState.CANCELLED, reason)
        case Request.STOP:
            transition(session, bus, run, RunState.COMPLETED, f"stopped; {reason}")
        case Request.PAUSE:
            transition(session, bus, run, RunState.PAUSED, reason)
        case None if run.kind == "managed" and run.restarts < run.max_restarts:
            run.restarts += 1
            transition(
                session, bus, run, RunState.QUEUED, f"restart {run.restarts} of {run.max_restarts}: {reason}"
            )
        case None:
            pass
