"""The one function that changes a run's state."""

from rftdeck.events import RunStateChanged
from rftdeck.states import ACTIVE, FINISHED, RunState, check_transition
from sqlalchemy.orm import Session

from rftdeck_server.core.bus import Bus
from rftdeck_server.core.database import after_commit, now
from rftdeck_server.events import log
from rftdeck_server.runs.tables import RunRow


def transition(session: Session, bus: Bus, run: RunRow, new: RunState, reason: str | None = None) -> None:
    """Move a run that was read for update to another state, and write it into the event table.

    Raises TransitionError when the table of rftdeck.states does not allow it.
    """
    old = RunState(run.state)
    check_transition(old, new)
    run.state = new
    run.state_reason = reason
    if new not in ACTIVE:
        run.lease_expires_at = None
        run.phase = run.phase_fraction = None
    if new not in ACTIVE or new is RunState.CLAIMED:
        run.requested = None
    run.finished_at = now() if new in FINISHED else None
    session.flush()
    log.append(session, bus, run.id, [RunStateChanged(from_state=old, to_state=new, reason=reason)])
    if new is RunState.QUEUED:
        ring_later(session, bus, run.queue)


def ring_later(session: Session, bus: Bus, queue: str) -> None:
    after_commit(session, f"ring {queue}", lambda: bus.ring(queue))
