"""From a batch of a writer to committed rows, exactly once."""

from datetime import datetime
from itertools import pairwise

from pydantic import BaseModel
from rftdeck.events import (
    SERVER_ONLY,
    AttemptEnded,
    AttemptStarted,
    CheckpointDeleted,
    CheckpointSaved,
    EventBatch,
    IngestRead,
    MetricsLogged,
    PhaseChanged,
    PreflightFinished,
    RolloutsCaptured,
)
from rftdeck.runs import FieldProblem
from sqlalchemy.orm import Session

from rftdeck_server.checkpoints import store as checkpoints
from rftdeck_server.core.bus import Bus
from rftdeck_server.core.errors import FencedOff, GapInEvents, Invalid
from rftdeck_server.events import log
from rftdeck_server.metrics import headline
from rftdeck_server.metrics import store as metrics
from rftdeck_server.preflights import store as preflights
from rftdeck_server.rollouts import store as rollouts
from rftdeck_server.runs import claims, queries
from rftdeck_server.runs.tables import AttemptRow, RunRow


def ingest(session: Session, bus: Bus, run_id: int, batch: EventBatch) -> IngestRead:
    """Commit the events of a batch that are not committed yet.

    Raises FencedOff for the token of an older attempt, GapInEvents when events before the batch are missing,
    and Invalid when the batch can never be taken.
    """
    run = queries.get_run(session, run_id, for_update=True)
    claims.check_token(run, batch.attempt, batch.token)
    attempt = queries.get_attempt(session, run_id, batch.attempt)
    if attempt is None:
        raise FencedOff(f"Run {run_id} has no attempt {batch.attempt}.")
    _check(batch)
    if batch.prev_seq > attempt.last_seq:
        raise GapInEvents(attempt.last_seq, batch.prev_seq)
    fresh = [item for item in batch.events if item.seq > attempt.last_seq]
    written: list[BaseModel] = []
    for item in fresh:
        event = item.event
        if isinstance(event, RolloutsCaptured):
            event = rollouts.store(session, run_id, batch.attempt, event, item.time)
        written.append(event)
    log.append(
        session,
        bus,
        run_id,
        written,
        attempt=batch.attempt,
        seqs=[item.seq for item in fresh],
        times=[item.time for item in fresh],
    )
    for item in fresh:
        _apply(session, bus, run, attempt, item.event, item.time)
    metrics.record(session, run, [event for event in written if isinstance(event, MetricsLogged)])
    if fresh:
        attempt.last_seq = fresh[-1].seq
    return IngestRead(
        last_seq=attempt.last_seq, accepted=len(fresh), duplicates=len(batch.events) - len(fresh)
    )


def _check(batch: EventBatch) -> None:
    seqs = [batch.prev_seq, *(item.seq for item in batch.events)]
    for i, (before, seq) in enumerate(pairwise(seqs)):
        if seq <= before:
            reason = f"{seq} does not follow {before}; seqs ascend from prev_seq on"
            raise Invalid(f"events.{i}.seq: {reason}.", [FieldProblem(path=f"events.{i}.seq", reason=reason)])
    for i, item in enumerate(batch.events):
        if item.event.type in SERVER_ONLY:
            reason = f"only the server writes {item.event.type}"
            raise Invalid(
                f"events.{i}: {reason}.", [FieldProblem(path=f"events.{i}.event.type", reason=reason)]
            )


def _apply(
    session: Session, bus: Bus, run: RunRow, attempt: AttemptRow, event: BaseModel, time: datetime
) -> None:
    """What an event changes beside its own row. Events that change nothing else pass by."""
    match event:
        case AttemptStarted():
            claims.start_attempt(session, bus, run, attempt, event, time)
        case AttemptEnded():
            claims.end_attempt(session, bus, run, attempt, event, time)
        case MetricsLogged():
            headline.note(run, event)
        case PhaseChanged():
            run.phase, run.phase_fraction = event.phase, event.fraction
        case PreflightFinished():
            preflights.store(session, run.id, event.result)
        case CheckpointSaved():
            checkpoints.add(session, run, attempt.number, event, time)
        case CheckpointDeleted():
            checkpoints.remove(session, run.id, event.step)
