from fastapi import APIRouter
from rftdeck.datasets import DatasetVersionRead
from rftdeck.preflights import FilterRequest, PreflightCreate, PreflightRead
from rftdeck.spec import RunSpec

from rftdeck_server.core.dependencies import BusDep, DatabaseDep, Id, SettingsDep
from rftdeck_server.preflights import service, store

router = APIRouter(tags=["preflights"])


@router.post("/preflights", operation_id="createPreflight", status_code=201)
def create(
    create: PreflightCreate, database: DatabaseDep, bus: BusDep, settings: SettingsDep
) -> PreflightRead:
    """Queue a pre-flight of a spec. Cancel it with POST /runs/{run_id}/cancel."""
    with database.write() as session:
        return service.create(session, bus, create, local_files=settings.shares_files_with_workers)


@router.post("/preflights/newest", operation_id="newestPreflight")
def newest(spec: RunSpec, database: DatabaseDep) -> PreflightRead | None:
    """The newest pre-flight whose model, data, rewards, sampling, algorithm and batch are those of the spec."""
    with database.read() as session:
        return service.newest(session, spec)


@router.get("/preflights/{run_id}", operation_id="readPreflight")
def read(run_id: Id, database: DatabaseDep) -> PreflightRead:
    with database.read() as session:
        return store.get(session, run_id)


@router.post("/preflights/{run_id}/filter", operation_id="filterByPassRate", status_code=201)
def filter_rows(run_id: Id, request: FilterRequest, database: DatabaseDep) -> DatasetVersionRead:
    """Make a data set of the rows whose pass rate lies within the band."""
    with database.write() as session:
        return service.keep_band(session, run_id, request)
