from typing import Annotated

from fastapi import APIRouter, Query, Response
from rftdeck.base import MAX_ID
from rftdeck.scoring import CaseCreate, CaseList, CaseRead, CaseRunRead, CaseRunRequest

from rftdeck_server.cases import service
from rftdeck_server.core.dependencies import DatabaseDep, Id, PrincipalDep
from rftdeck_server.rewards.pool import PoolDep

router = APIRouter(tags=["cases"])


@router.post("/reward-cases", operation_id="createCase", status_code=201)
def create(create: CaseCreate, database: DatabaseDep) -> CaseRead:
    """Keep a completion whose right score is known: "the verifier is wrong here"."""
    with database.write() as session:
        return service.create(session, create)


@router.get("/reward-cases", operation_id="listCases")
def list_cases(
    database: DatabaseDep,
    reward: Annotated[str | None, Query(max_length=200)] = None,
    rollout_id: Annotated[int | None, Query(ge=1, lt=MAX_ID)] = None,
) -> CaseList:
    """Newest first, of one reward or rollout, or all."""
    with database.read() as session:
        return CaseList(items=service.find(session, reward, rollout_id))


@router.post("/reward-cases/run", operation_id="runCases")
def run(
    request: CaseRunRequest, database: DatabaseDep, pool: PoolDep, principal: PrincipalDep
) -> CaseRunRead:
    """Score the cases of a reward, with the version that is named or a draft (which needs the right to add code)."""
    if request.draft is not None:
        principal.require_code()
    with database.read() as session:
        return service.run(session, pool, request)


@router.delete("/reward-cases/{case_id}", operation_id="deleteCase", status_code=204)
def delete(case_id: Id, database: DatabaseDep) -> Response:
    with database.write() as session:
        service.delete(session, case_id)
    return Response(status_code=204)
