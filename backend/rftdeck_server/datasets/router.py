from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
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

from rftdeck_server.core.dependencies import DatabaseDep, Id

router = APIRouter(tags=["datasets"])


@router.post("/uploads", operation_id="createUpload", status_code=201)
async def upload(
    request: Request, filename: Annotated[str, Query(min_length=1, max_length=255)]
) -> UploadRead:
    """Send a file as the body, as it is. It waits for an import, and is forgotten after a day."""
    raise NotImplementedError


@router.post("/imports/preview", operation_id="previewImport")
def preview(request: PreviewRequest) -> PreviewRead:
    """What the records of a source are, and the first rows as they would be stored. Nothing is stored."""
    raise NotImplementedError


@router.get("/generators", operation_id="listGenerators")
def generators() -> GeneratorList:
    """Tasks whose rows can be made here: reasoning-gym's and rendered scenes."""
    raise NotImplementedError


@router.post("/datasets", operation_id="createDataset", status_code=201)
def create(create: DatasetCreate, database: DatabaseDep) -> DatasetVersionRead:
    """Import a new version; it is ready when its state says so."""
    raise NotImplementedError


@router.get("/datasets", operation_id="listDatasets")
def list_datasets(database: DatabaseDep) -> DatasetList:
    """Newest first."""
    raise NotImplementedError


@router.get("/datasets/{dataset_id}", operation_id="readDataset")
def read(dataset_id: Id, database: DatabaseDep) -> DatasetDetail:
    """A data set with all of its versions."""
    raise NotImplementedError


@router.get("/dataset-versions", operation_id="findDatasetVersion")
def find_version(
    reference: Annotated[str, Query(max_length=200)], database: DatabaseDep
) -> DatasetVersionRead:
    """The version that a spec means by `dataset:name@sha`, or the newest ready one by `dataset:name`."""
    raise NotImplementedError


@router.get("/dataset-versions/{version_id}", operation_id="readDatasetVersion")
def read_version(version_id: Id, database: DatabaseDep) -> DatasetVersionRead:
    raise NotImplementedError


@router.post("/dataset-versions/{version_id}/cancel", operation_id="cancelImport")
def cancel(version_id: Id, database: DatabaseDep) -> DatasetVersionRead:
    """End the import at once; the rows it has made are thrown away."""
    raise NotImplementedError


@router.delete("/dataset-versions/{version_id}", operation_id="deleteDatasetVersion", status_code=204)
def delete(version_id: Id, database: DatabaseDep) -> Response:
    """Forget a version and its rows; refused while a run was trained on it."""
    raise NotImplementedError


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
    raise NotImplementedError


@router.get(
    "/dataset-versions/{version_id}/export", operation_id="exportRows", response_class=StreamingResponse
)
def export(
    version_id: Id, database: DatabaseDep, split: Annotated[str | None, Query(max_length=200)] = None
) -> Response:
    """All rows as JSON Lines."""
    raise NotImplementedError
