"""Questions to workers: what the model sees of a prompt."""

from collections.abc import Sequence
from datetime import timedelta

from rftdeck.preflights import PromptPreviewCreate, QuestionAnswer, QuestionRead
from rftdeck.runs import FieldProblem
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from rftdeck_server.core.database import now
from rftdeck_server.core.errors import Conflict, Invalid, NotFound
from rftdeck_server.questions.tables import QuestionRow
from rftdeck_server.runs import launch

STALE_AFTER = timedelta(minutes=5)
"""A question that nobody took, or that a worker took and never answered, is of no use to anybody."""


def ask(session: Session, request: PromptPreviewCreate) -> QuestionRead:
    """Forgets the stale ones on the way. Raises what pinning the spec raises."""
    session.execute(delete(QuestionRow).where(QuestionRow.created_at < now() - STALE_AFTER))
    spec = launch.pinned(session, request.spec)
    row = QuestionRow(
        state="waiting",
        queue=spec.resources.queue,
        question=request.model_copy(update={"spec": spec}).model_dump(mode="json"),
        created_at=now(),
    )
    session.add(row)
    session.flush()
    return read(row)


def get(session: Session, question_id: int) -> QuestionRead:
    """Raises NotFound."""
    return read(_get(session, question_id))


def is_waiting(session: Session, queues: Sequence[str]) -> bool:
    query = select(QuestionRow.id).where(QuestionRow.state == "waiting", QuestionRow.queue.in_(queues))
    return session.scalar(query.limit(1)) is not None


def claim(session: Session, queues: Sequence[str]) -> QuestionRead | None:
    """Compare-and-set: of many workers exactly one gets the oldest question."""
    waiting = (
        select(QuestionRow.id)
        .where(QuestionRow.state == "waiting", QuestionRow.queue.in_(queues))
        .order_by(QuestionRow.id)
        .limit(1)
    )
    while (question_id := session.scalar(waiting)) is not None:
        won = session.execute(
            update(QuestionRow)
            .where(QuestionRow.id == question_id, QuestionRow.state == "waiting")
            .values(state="asked", asked_at=now())
            .execution_options(synchronize_session=False)
        )
        if won.rowcount == 1:  # type: ignore[attr-defined]
            return get(session, question_id)
    return None


def answer(session: Session, question_id: int, answer: QuestionAnswer) -> None:
    """Raises NotFound, Conflict when it is answered already, Invalid unless exactly one of both is given."""
    if (answer.answer is None) == (answer.error is None):
        reason = "give an answer or an error"
        raise Invalid(f"answer: {reason}.", [FieldProblem(path="answer", reason=reason)])
    row = _get(session, question_id)
    if row.state not in ("waiting", "asked"):
        raise Conflict(f"Question {question_id} is answered already.")
    row.state = "failed" if answer.answer is None else "answered"
    row.answer = None if answer.answer is None else answer.answer.model_dump(mode="json")
    row.error = answer.error


def _get(session: Session, question_id: int) -> QuestionRow:
    row = session.get(QuestionRow, question_id)
    if row is None:
        raise NotFound(f"There is no question {question_id}; questions are forgotten after some minutes.")
    return row


def read(row: QuestionRow) -> QuestionRead:
    return QuestionRead.model_validate(row, from_attributes=True)
