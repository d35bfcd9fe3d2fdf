"""What people ask of a run: stop, cancel, pause, resume."""

from rftdeck.events import RunRequested
from rftdeck.runs import RunUpdate
from rftdeck.states import ACTIVE, Request, RunState
from sqlalchemy.orm import Session

from rftdeck_server.core.bus import Bus
from rftdeck_server.core.errors import Conflict
from rftdeck_server.events import log
from rftdeck_server.runs import queries
from rftdeck_server.runs.tables import RunRow
from rftdeck_server.runs.transitions import transition


def request(session: Session, bus: Bus, run_id: int, wish: Request) -> RunRow:
    """Carry a wish out at once where no worker is involved, else hand it to the worker with its next heartbeat.

    Asking twice for the same changes nothing. Raises Conflict when the run has already ended.
    """
    run = queries.get_run(session, run_id, for_update=True)
    state = RunState(run.state)
    if state in ACTIVE:
        # A cancel is not taken back by a later, gentler wish.
        if run.requested in (wish, Request.CANCEL):
            return run
        if wish is Request.PAUSE:
            transition(session, bus, run, RunState.PAUSING)
        run.requested = wish
        session.flush()
        log.append(session, bus, run.id, [RunRequested(request=wish)])
        return run
    match state, wish:
        case RunState.QUEUED, Request.PAUSE:
            transition(session, bus, run, RunState.PAUSED, "paused before it started")
        case ((RunState.QUEUED | RunState.PAUSED), (Request.STOP | Request.CANCEL)):
            transition(session, bus, run, RunState.CANCELLED, f"cancelled while {state}")
        case RunState.PAUSED, Request.PAUSE:
            pass
        case _:
            raise Conflict(f"Run {run_id} is {state}: there is nothing to {wish}.")
    return run


def resume(session: Session, bus: Bus, run_id: int) -> RunRow:
    """Queue a paused, crashed or failed run again; it goes on from its last checkpoint."""
    run = queries.get_run(session, run_id, for_update=True)
    if run.kind == "external":
        raise Conflict(f"Run {run_id} is trained by a script of its own; start that script again.")
    if run.state not in (RunState.PAUSED, RunState.CRASHED, RunState.FAILED):
        raise Conflict(f"Run {run_id} is {run.state}: only a paused, crashed or failed run can be resumed.")
    run.restarts = 0
    transition(session, bus, run, RunState.QUEUED, "resumed")
    return run


def update(session: Session, run_id: int, change: RunUpdate) -> RunRow:
    run = queries.get_run(session, run_id, for_update=True)
    for field, value in change.model_dump(exclude_unset=True).items():
        if value is not None:
            setattr(run, field, value)
    session.flush()
    return run
