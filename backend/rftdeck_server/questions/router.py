from fastapi import APIRouter, Response
from rftdeck.preflights import PromptPreviewCreate, QuestionAnswer, QuestionClaimRequest, QuestionRead

from rftdeck_server.core.dependencies import DatabaseDep, Id
from rftdeck_server.questions import service

router = APIRouter(tags=["questions"])


@router.post("/questions", operation_id="ask", status_code=201)
def ask(create: PromptPreviewCreate, database: DatabaseDep) -> QuestionRead:
    """Ask a worker what the model sees of a prompt. Read the question again until it is answered."""
    with database.write() as session:
        return service.ask(session, create)


@router.get("/questions/{question_id}", operation_id="readQuestion")
def read(question_id: Id, database: DatabaseDep) -> QuestionRead:
    with database.read() as session:
        return service.get(session, question_id)


@router.post(
    "/questions/claims",
    operation_id="claimQuestion",
    response_model=QuestionRead,
    responses={204: {"description": "Nothing was asked"}},
)
def claim(request: QuestionClaimRequest, database: DatabaseDep) -> QuestionRead | Response:
    """Take the oldest question that nobody answers."""
    with database.read() as session:  # workers ask every second, and seldom find something
        if not service.is_waiting(session, request.queues):
            return Response(status_code=204)
    with database.write() as session:
        return service.claim(session, request.queues) or Response(status_code=204)


@router.put("/questions/{question_id}/answer", operation_id="answerQuestion", status_code=204)
def answer(question_id: Id, answer: QuestionAnswer, database: DatabaseDep) -> Response:
    with database.write() as session:
        service.answer(session, question_id, answer)
    return Response(status_code=204)
