from typing import Annotated

from fastapi import APIRouter, Query, Response
from rftdeck.rescores import RescoreCreate, RescoreList, RescoreRead
from rftdeck.scoring import CaseCreate, CaseList, CaseRead, CaseRunRead, CaseRunRequest

from rftdeck_server.core.dependencies import DatabaseDep, Id

router = APIRouter(tags=["rescoring"])


@router.post("/runs/{run_id}/rescores", operation_id="createRescore", status_code=201)
def create(run_id: Id, create: RescoreCreate, database: DatabaseDep) -> RescoreRead:
    """Apply other rewards to the recorded rollouts of a run."""
    raise NotImplementedError


@router.get("/runs/{run_id}/rescores", operation_id="listRescores")
def list_rescores(run_id: Id, database: DatabaseDep) -> RescoreList:
    raise NotImplementedError


@router.get("/rescores/{rescore_id}", operation_id="readRescore")
def read(rescore_id: Id, database: DatabaseDep) -> RescoreRead:
    raise NotImplementedError


@router.post("/reward-cases", operation_id="createCase", status_code=201)
def create_case(create: CaseCreate, database: DatabaseDep) -> CaseRead:
    """Keep a completion whose right score is known: "the verifier is wrong here"."""
    raise NotImplementedError


@router.get("/reward-cases", operation_id="listCases")
def list_cases(
    database: DatabaseDep,
    reward: Annotated[str | None, Query(max_length=200)] = None,
    rollout_id: int | None = None,
) -> CaseList:
    """Newest first, of one reward or rollout, or all."""
    raise NotImplementedError


@router.post("/reward-cases/run", operation_id="runCases")
def run_cases(request: CaseRunRequest, database: DatabaseDep) -> CaseRunRead:
    """Score the cases of a reward, with the version that is named or a draft."""
    raise NotImplementedError


@router.delete("/reward-cases/{case_id}", operation_id="deleteCase", status_code=204)
def delete_case(case_id: Id, database: DatabaseDep) -> Response:
    raise NotImplementedError
