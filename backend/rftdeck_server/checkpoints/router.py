from fastapi import APIRouter
from rftdeck.runs import CheckpointList, CheckpointRead

from rftdeck_server.checkpoints import store
from rftdeck_server.core.dependencies import DatabaseDep, Id
from rftdeck_server.runs.queries import get_run

router = APIRouter(tags=["checkpoints"])


@router.get("/runs/{run_id}/checkpoints", operation_id="listCheckpoints")
def list_checkpoints(run_id: Id, database: DatabaseDep) -> CheckpointList:
    with database.read() as session:
        get_run(session, run_id)
        rows = store.of_run(session, run_id)
    return CheckpointList(items=[CheckpointRead.model_validate(row, from_attributes=True) for row in rows])
