from fastapi import APIRouter
from rftdeck.jobs import JobRead

from rftdeck_server.core.dependencies import DatabaseDep, Id
from rftdeck_server.jobs import store

router = APIRouter(tags=["jobs"])


@router.get("/jobs/{job_id}", operation_id="readJob")
def read(job_id: Id, database: DatabaseDep) -> JobRead:
    """How far it is."""
    with database.read() as session:
        return store.read(store.get(session, job_id))


@router.post("/jobs/{job_id}/cancel", operation_id="cancelJob")
def cancel(job_id: Id, database: DatabaseDep) -> JobRead:
    """End it at once; what it has not finished is thrown away."""
    with database.write() as session:
        return store.read(store.cancel(session, job_id))
