from fastapi import APIRouter
from rftdeck.datasets import DatasetVersionRead
from rftdeck.preflights import FilterRequest, PreflightCreate, PreflightRead
from rftdeck.spec import RunSpec

from rftdeck_server.core.dependencies import DatabaseDep, Id

router = APIRouter(tags=["preflights"])


@router.post("/preflights", operation_id="createPreflight", status_code=201)
def create(create: PreflightCreate, database: DatabaseDep) -> PreflightRead:
    """Queue a pre-flight of a spec. Cancel it with POST /runs/{run_id}/cancel."""
    raise NotImplementedError


@router.post("/preflights/newest", operation_id="newestPreflight")
def newest(spec: RunSpec, database: DatabaseDep) -> PreflightRead | None:
    """The newest pre-flight whose model, data, rewards, sampling, algorithm and batch are those of the spec."""
    raise NotImplementedError


@router.get("/preflights/{run_id}", operation_id="readPreflight")
def read(run_id: Id, database: DatabaseDep) -> PreflightRead:
    raise NotImplementedError


@router.post("/preflights/{run_id}/filter", operation_id="filterByPassRate", status_code=201)
def filter_rows(run_id: Id, request: FilterRequest, database: DatabaseDep) -> DatasetVersionRead:
    """Make a data set of the rows whose pass rate lies within the band."""
    raise NotImplementedError
