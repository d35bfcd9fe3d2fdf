"""From a source to its records or rows."""

import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rftdeck.datasets import (
    DatasetRow,
    HubSource,
    PassRateSource,
    PathSource,
    ReasoningGymSource,
    Source,
    SyntheticSource,
    UploadSource,
)
from rftdeck.home import home
from sqlalchemy.orm import Session

from rftdeck_server.core.database import Database
from rftdeck_server.core.settings import data_folders
from rftdeck_server.datasets import generated, hub, uploads
from rftdeck_server.datasets.images import Images
from rftdeck_server.datasets.readers.record import Item, SourceError
from rftdeck_server.datasets.readers.tree_records import Progress, read_tree
from rftdeck_server.datasets.readers.trees import Folder, Tree, Zip

PassRateRows = Callable[[Session, PassRateSource], Iterator[DatasetRow]]
"""The rows of a pre-flight: given by the slice that knows pre-flights."""


@dataclass
class Opened:
    items: Iterator[Item | DatasetRow]
    files: list[str] = field(default_factory=list)
    """What was found in the source."""


@dataclass(frozen=True)
class Context:
    """What reading a source needs besides the source."""

    database: Database
    images: Images
    progress: Progress
    pass_rate_rows: PassRateRows


def open_source(source: Source, context: Context) -> Opened:
    """Raises SourceError; so does reading the items."""
    match source:
        case UploadSource():
            return _of_tree(_upload(source), context)
        case PathSource():
            return _of_tree(_local(source), context)
        case HubSource():
            return _of_tree(hub.open_repository(source), context)
        case ReasoningGymSource() | SyntheticSource():
            return Opened(generated.rows(source, context.images, context.progress))
        case PassRateSource():
            return Opened(_of_preflight(source, context))


def _of_tree(tree: Tree, context: Context) -> Opened:
    return Opened(read_tree(tree, context.progress), tree.names)


def _of_preflight(source: PassRateSource, context: Context) -> Iterator[DatasetRow]:
    with context.database.read() as session:
        yield from context.pass_rate_rows(session, source)


def _upload(source: UploadSource) -> Tree:
    path = uploads.path_of(source.upload_id)
    if path.suffix.lower() == ".zip":
        return Zip(path)
    return Folder(path.parent, (path.parent,), only=path.name)


def _local(source: PathSource) -> Tree:
    path, allowed = checked_path(source)
    if path.is_dir():
        return Folder(path, allowed)
    return Zip(path) if path.suffix.lower() == ".zip" else Folder(path.parent, allowed, only=path.name)


def checked_path(source: PathSource) -> tuple[Path, tuple[Path, ...]]:
    """The file or folder, and the folders it may reach into. Raises SourceError."""
    allowed = data_folders()
    if not allowed:
        raise SourceError(
            "This server imports no local files",
            "Whoever runs it may allow folders with RFTDECK_DATA=/folder:/other. Or upload the file.",
            "source.path",
        )
    try:
        path = Path(source.path).expanduser().resolve()
        exists = path.is_file() or path.is_dir()
    except (OSError, ValueError, RuntimeError) as error:
        raise SourceError(f"The path cannot be followed: {error}", "Correct it.", "source.path") from None
    if not any(path.is_relative_to(folder) for folder in allowed):
        raise SourceError(
            f"The path lies outside of the folders that data may come from ({', '.join(map(str, allowed))})",
            "Move the data there, or add its folder to RFTDECK_DATA.",
            "source.path",
        )
    if not exists:
        raise SourceError("There is no such file or folder on the server", "Correct the path.", "source.path")
    return path, allowed


@contextmanager
def work_folder(name: str) -> Iterator[Path]:
    """A folder of one try; what earlier tries have left is removed first."""
    forget_work(name)
    folder = _work() / f"{name}-{uuid.uuid4().hex[:8]}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def forget_work(name: str) -> None:
    for folder in _work().glob(f"{name}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def work_names() -> set[str]:
    """Of folders that are there."""
    return {re.sub(r"-[0-9a-f]+$", "", folder.name) for folder in _work().glob("*-*")}


def _work() -> Path:
    return home() / "imports"
