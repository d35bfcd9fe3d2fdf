"""All SQL about checkpoints."""

from collections.abc import Sequence
from datetime import datetime

from rftdeck.events import CheckpointSaved
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from rftdeck_server.checkpoints.tables import CheckpointRow
from rftdeck_server.runs.tables import RunRow


def add(session: Session, run: RunRow, attempt: int, event: CheckpointSaved, time: datetime) -> None:
    """A checkpoint of a step that a resumed attempt takes again replaces the old one."""
    remove(session, run.id, event.step)
    session.add(
        CheckpointRow(
            run_id=run.id,
            attempt=attempt,
            step=event.step,
            path=event.path,
            size_bytes=event.size_bytes,
            worker=run.worker or "",
            saved_at=time,
        )
    )
    session.flush()


def remove(session: Session, run_id: int, step: int) -> None:
    session.execute(delete(CheckpointRow).where(CheckpointRow.run_id == run_id, CheckpointRow.step == step))


def of_run(session: Session, run_id: int) -> Sequence[CheckpointRow]:
    return session.scalars(
        select(CheckpointRow).where(CheckpointRow.run_id == run_id).order_by(CheckpointRow.step)
    ).all()


def newest(session: Session, run_id: int) -> CheckpointRow | None:
    """Where a run goes on."""
    return session.scalar(
        select(CheckpointRow)
        .where(CheckpointRow.run_id == run_id)
        .order_by(CheckpointRow.step.desc())
        .limit(1)
    )
