from fastapi import APIRouter, Response
from rftdeck.preflights import PromptPreviewCreate, QuestionAnswer, QuestionClaimRequest, QuestionRead

from rftdeck_server.core.dependencies import DatabaseDep, Id

router = APIRouter(tags=["questions"])


@router.post("/questions", operation_id="ask", status_code=201)
def ask(create: PromptPreviewCreate, database: DatabaseDep) -> QuestionRead:
    """Ask a worker what the model sees of a prompt. Read the question again until it is answered."""
    raise NotImplementedError


@router.get("/questions/{question_id}", operation_id="readQuestion")
def read(question_id: Id, database: DatabaseDep) -> QuestionRead:
    raise NotImplementedError


@router.post(
    "/questions/claims",
    operation_id="claimQuestion",
    response_model=QuestionRead,
    responses={204: {"description": "Nothing was asked"}},
)
def claim(request: QuestionClaimRequest, database: DatabaseDep) -> QuestionRead | Response:
    """Take the oldest question that nobody answers."""
    raise NotImplementedError


@router.put("/questions/{question_id}/answer", operation_id="answerQuestion", status_code=204)
def answer(question_id: Id, answer: QuestionAnswer, database: DatabaseDep) -> Response:
    raise NotImplementedError
