from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from rftdeck.datasets import (
    DatasetCreate,
    DatasetDetail,
    DatasetList,
    DatasetVersionRead,
    PreviewRead,
    PreviewRequest,
    RowPage,
    UploadRead,
)
from rftdeck.generators import GeneratorList

from rftdeck_server import generators
from rftdeck_server.core.database import Database
from rftdeck_server.core.dependencies import DatabaseDep, Id, SettingsDep
from rftdeck_server.datasets import preview as previews
from rftdeck_server.datasets import search, service, store, uploads
from rftdeck_server.datasets.store import CountRuns

router = APIRouter(tags=["datasets"])


def _count_runs(request: Request) -> CountRuns:
    count: CountRuns = request.app.state.count_runs
    return count


CountDep = Annotated[CountRuns, Depends(_count_runs)]


@router.post("/uploads", operation_id="createUpload", status_code=201)
async def upload(
    request: Request, settings: SettingsDep, filename: Annotated[str, Query(min_length=1, max_length=255)]
) -> UploadRead:
    """Send a file as the body, as it is. It waits for an import, and is forgotten after a day."""
    said = request.headers.get("content-length", "")
    length = int(said) if said.isdigit() else None
    return await uploads.receive(request.stream(), filename, length, settings.max_upload_bytes)


@router.post("/imports/preview", operation_id="previewImport")
def preview(request: PreviewRequest, settings: SettingsDep) -> PreviewRead:
    """What the records of a source are, and the first rows as they would be stored. Nothing is stored."""
    return previews.preview(settings, request)


@router.get("/generators", operation_id="listGenerators")
def list_generators() -> GeneratorList:
    """Tasks whose rows can be made here: reasoning-gym's and rendered scenes."""
    return GeneratorList(items=generators.catalogue())


@router.post("/datasets", operation_id="createDataset", status_code=201)
def create(create: DatasetCreate, database: DatabaseDep) -> DatasetVersionRead:
    """Import a new version; it is ready when its state says so."""
    with database.write() as session:
        return service.create(session, create)


@router.get("/datasets", operation_id="listDatasets")
def list_datasets(database: DatabaseDep) -> DatasetList:
    """Newest first."""
    with database.read() as session:
        return DatasetList(items=store.list_datasets(session))


@router.get("/datasets/{dataset_id}", operation_id="readDataset")
def read(dataset_id: Id, database: DatabaseDep, count_runs: CountDep) -> DatasetDetail:
    """A data set with all of its versions."""
    with database.read() as session:
        return store.read_dataset(session, dataset_id, count_runs)


@router.get("/dataset-versions", operation_id="findDatasetVersion")
def find_version(
    reference: Annotated[str, Query(max_length=200)], database: DatabaseDep
) -> DatasetVersionRead:
    """The version that a spec means by `dataset:name@sha`, or the newest ready one by `dataset:name`."""
    with database.read() as session:
        return store.read_version(session, store.find(session, reference))


@router.get("/dataset-versions/{version_id}", operation_id="readDatasetVersion")
def read_version(version_id: Id, database: DatabaseDep, count_runs: CountDep) -> DatasetVersionRead:
    """A version. When an import turned out to be the same rows as another version, it is that one."""
    with database.read() as session:
        version = store.get_version(session, version_id)
        return store.read_version(session, version, count_runs(session, version))


@router.post("/dataset-versions/{version_id}/cancel", operation_id="cancelImport")
def cancel(version_id: Id, database: DatabaseDep) -> DatasetVersionRead:
    """End the import at once; the rows it has made are thrown away."""
    with database.write() as session:
        return service.cancel(session, version_id)


@router.delete("/dataset-versions/{version_id}", operation_id="deleteDatasetVersion", status_code=204)
def delete(version_id: Id, database: DatabaseDep, count_runs: CountDep) -> Response:
    """Forget a version and its rows; refused while a run was trained on it."""
    with database.write() as session:
        service.delete(session, version_id, count_runs)
    return Response(status_code=204)


@router.get("/dataset-versions/{version_id}/rows", operation_id="listRows")
def list_rows(
    version_id: Id,
    database: DatabaseDep,
    split: Annotated[str, Query(max_length=200)] = "train",
    offset: Annotated[int, Query(ge=0, lt=2**40)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    q: Annotated[str | None, Query(max_length=200)] = None,
) -> RowPage:
    """Rows of a split by their place in it; with `q` those whose prompt, answer or solution contains the text."""
    with database.read() as session:
        version = store.get_version(session, version_id)
        if q:
            return search.search(session, version, split, offset, limit, q)
        return store.row_page(session, version, split, offset, limit)


@router.get(
    "/dataset-versions/{version_id}/export", operation_id="exportRows", response_class=StreamingResponse
)
def export(
    version_id: Id, database: DatabaseDep, split: Annotated[str | None, Query(max_length=200)] = None
) -> Response:
    """All rows as JSON Lines."""
    with database.read() as session:
        version = store.get_version(session, version_id)
        splits = store.chosen_splits(version, split)
        name = f"{version.dataset.name}-{version.number}.jsonl"
    return StreamingResponse(
        _lines(database, version.id, splits),
        media_type="application/jsonl",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines(database: Database, version_id: int, splits: list[str]) -> Iterator[bytes]:
    with database.read() as session:
        for split in splits:
            yield from store.chunks_of(session, version_id, split)
