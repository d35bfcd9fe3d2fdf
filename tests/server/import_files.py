"""Files to import, written by the tests, and the rows that they become."""

import io
import json
import zipfile
from collections.abc import Mapping as Names
from pathlib import Path
from typing import Any

from PIL import Image
from rftdeck.datasets import DatasetRow, Mapping, RowProblem
from rftdeck_server.datasets.images import Images
from rftdeck_server.datasets.mappings.recognise import default_mapping, guesses, samples_of
from rftdeck_server.datasets.notes import Notes
from rftdeck_server.datasets.readers.record import Record
from rftdeck_server.datasets.readers.tree_records import Progress, read_tree
from rftdeck_server.datasets.readers.trees import Folder, Tree, Zip
from rftdeck_server.datasets.rows import RowMaker

__all__ = ["Read", "jsonl", "picture", "read", "written", "zipped"]


def picture(width: int = 40, height: int = 30, colour: str = "red", kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, kind)
    return buffer.getvalue()


def jsonl(*records: Any) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def zipped(path: Path, files: Names[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


class Read:
    """What a source becomes, read in this process."""

    def __init__(self, tree: Tree, mapping: Mapping | None = None) -> None:
        items = list(read_tree(tree, Progress()))
        records = [item.fields for item in items if isinstance(item, Record)]
        samples = samples_of(records)
        self.formats = [guess.format for guess in guesses(samples)] if records else []
        self.reasons = [guess.reason for guess in guesses(samples)] if records else []
        self.mapping = mapping or (default_mapping(samples) if records else Mapping())
        self.images = Images(lambda sha256: False)
        self.notes = Notes()
        maker = RowMaker(self.mapping, self.images, self.notes)
        self.rows: list[DatasetRow] = [row for item in items for row in maker.rows(item)]

    @property
    def problems(self) -> list[RowProblem]:
        return self.notes.problems


def read(path: Path, mapping: Mapping | None = None) -> Read:
    """Of a file, a folder, or a zip."""
    if path.suffix == ".zip":
        return Read(Zip(path), mapping)
    if path.is_dir():
        return Read(Folder(path, (path,)), mapping)
    return Read(Folder(path.parent, (path.parent,), only=path.name), mapping)
