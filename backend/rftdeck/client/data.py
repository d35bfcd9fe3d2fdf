"""Data sets that the server keeps."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from rftdeck.client.plumbing import Http, lines, plain
from rftdeck.datasets import (
    DatasetCreate,
    DatasetDetail,
    DatasetList,
    DatasetRead,
    DatasetRow,
    DatasetVersionRead,
    PreviewRead,
    PreviewRequest,
    RowPage,
    Source,
    UploadRead,
)
from rftdeck.datasets import Mapping as ImportMapping
from rftdeck.errors import ServerUnavailable, error_of
from rftdeck.generators import GeneratorInfo, GeneratorList
from rftdeck.jobs import JobRead

if TYPE_CHECKING:
    pass


class DataCalls(Http):
    def upload(self, path: str | Path) -> UploadRead:
        """Send a file for an import: JSON Lines, CSV, Parquet, or a zip of these with their images."""
        path = Path(path)
        with path.open("rb") as file:
            return self._read(
                UploadRead,
                "POST",
                "/uploads",
                params={"filename": path.name},
                content=iter(partial(file.read, 2**20), b""),
                headers={"Content-Length": str(path.stat().st_size)},
                timeout=None,
            )

    def preview_import(self, source: Source, mapping: ImportMapping | None = None) -> PreviewRead:
        """What the records are, and the first rows as they would be stored."""
        request = PreviewRequest(source=source, mapping=mapping)
        return self._post(PreviewRead, "/imports/preview", plain(request), timeout=90.0)

    def create_dataset(self, create: DatasetCreate) -> DatasetVersionRead:
        """Start the import of a new version."""
        return self._post(DatasetVersionRead, "/datasets", plain(create))

    def wait_for_dataset(
        self,
        version_id: int,
        *,
        timeout_s: float | None = None,
        on_change: Callable[[DatasetVersionRead], None] | None = None,
    ) -> DatasetVersionRead:
        """Block until an import has ended. Raises TimeoutError. Outlives a restart of the server."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while True:
            with suppress(ServerUnavailable):
                version = self.dataset_version(version_id)
                if on_change is not None:
                    on_change(version)
                if version.state != "importing":
                    return version
            if deadline is not None and time.monotonic() > deadline:
                raise TimeoutError(f"the import of version {version_id} did not end within {timeout_s} s")
            time.sleep(0.2)

    def datasets(self) -> list[DatasetRead]:
        """Newest first."""
        return self._get(DatasetList, "/datasets").items

    def dataset(self, dataset_id: int) -> DatasetDetail:
        """With all of its versions."""
        return self._get(DatasetDetail, f"/datasets/{dataset_id}")

    def dataset_version(self, version: int | str) -> DatasetVersionRead:
        """By its id, or as a spec calls it: `dataset:name@sha`, `dataset:name`."""
        if isinstance(version, str):
            return self._get(DatasetVersionRead, "/dataset-versions", reference=version)
        return self._get(DatasetVersionRead, f"/dataset-versions/{version}")

    def cancel_import(self, version_id: int) -> DatasetVersionRead:
        return self._post(DatasetVersionRead, f"/dataset-versions/{version_id}/cancel")

    def delete_dataset_version(self, version_id: int) -> None:
        self._request("DELETE", f"/dataset-versions/{version_id}")

    def dataset_rows(
        self, version_id: int, split: str = "train", *, offset: int = 0, limit: int = 50, q: str | None = None
    ) -> RowPage:
        return self._get(
            RowPage, f"/dataset-versions/{version_id}/rows", split=split, offset=offset, limit=limit, q=q
        )

    def export_dataset(self, version_id: int, split: str | None = None) -> Iterator[DatasetRow]:
        """Every row, as it comes."""
        params = {} if split is None else {"split": split}
        path = f"/dataset-versions/{version_id}/export"
        try:
            with self._http.stream("GET", path, params=params) as answer:
                if not answer.is_success:
                    answer.read()
                    raise error_of(answer)
                for line in lines(answer.iter_bytes()):
                    yield DatasetRow.model_validate_json(line)
        except httpx.HTTPError as error:
            raise ServerUnavailable(f"{self.url}: {error or type(error).__name__}") from error

    def generators(self) -> list[GeneratorInfo]:
        """Tasks whose rows the server can make."""
        return self._get(GeneratorList, "/generators").items

    def job(self, job_id: int) -> JobRead:
        return self._get(JobRead, f"/jobs/{job_id}")
