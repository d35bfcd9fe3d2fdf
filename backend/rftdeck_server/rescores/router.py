from fastapi import APIRouter
from rftdeck.rescores import RescoreCreate, RescoreList, RescoreRead

from rftdeck_server.core.dependencies import DatabaseDep, Id
from rftdeck_server.rescores import service

router = APIRouter(tags=["rescores"])


@router.post("/runs/{run_id}/rescores", operation_id="createRescore", status_code=201)
def create(run_id: Id, create: RescoreCreate, database: DatabaseDep) -> RescoreRead:
    """Apply other rewards to the recorded rollouts of a run. Cancel it with POST /jobs/{job_id}/cancel."""
    with database.write() as session:
        return service.create(session, run_id, create)


@router.get("/runs/{run_id}/rescores", operation_id="listRescores")
def list_rescores(run_id: Id, database: DatabaseDep) -> RescoreList:
    """Newest first, without their results."""
    with database.read() as session:
        return RescoreList(items=service.of_run(session, run_id))


@router.get("/rescores/{rescore_id}", operation_id="readRescore")
def read(rescore_id: Id, database: DatabaseDep) -> RescoreRead:
    with database.read() as session:
        return service.get(session, rescore_id)
