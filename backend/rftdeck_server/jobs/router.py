from fastapi import APIRouter
from rftdeck.jobs import JobRead

from rftdeck_server.core.dependencies import DatabaseDep, Id

router = APIRouter(tags=["jobs"])


@router.get("/jobs/{job_id}", operation_id="readJob")
def read(job_id: Id, database: DatabaseDep) -> JobRead:
    """How far it is."""
    raise NotImplementedError


@router.post("/jobs/{job_id}/cancel", operation_id="cancelJob")
def cancel(job_id: Id, database: DatabaseDep) -> JobRead:
    """End it at once; what it has not finished is thrown away."""
    raise NotImplementedError
