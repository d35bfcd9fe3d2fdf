"""Files that were sent and wait for an import: `$RFTDECK_HOME/uploads/<id>/<name>`."""

import asyncio
import contextlib
import re
import shutil
import time
import uuid
from collections.abc import AsyncIterator, Collection
from pathlib import Path

from rftdeck.datasets import UploadRead
from rftdeck.home import home

from rftdeck_server.core.errors import ApiError
from rftdeck_server.datasets.readers.record import SourceError

KEEP_S = 86_400
KEEP_FREE = 2**30
AT_ONCE = 2**20
PART = ".part"


class UploadTooLarge(ApiError):
    status, title = 413, "Upload too large"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"The file is larger than {limit:,} bytes, the limit of this server. Whoever runs it may set "
            "RFTDECK_MAX_UPLOAD_BYTES; or import the file by its path."
        )


class DiskFull(ApiError):
    status, title = 507, "Disk full"

    def __init__(self) -> None:
        super().__init__("The disk of the server has no room for this file.")


async def receive(stream: AsyncIterator[bytes], filename: str, said: int | None, limit: int) -> UploadRead:
    """Write a body to disk as it comes. `said`: its length if the sender told. Raises UploadTooLarge, DiskFull."""
    if said is not None and said > limit:
        raise UploadTooLarge(limit)
    upload_id, name = uuid.uuid4().hex, clean_name(filename)
    folder = _uploads() / (upload_id + PART)
    folder.mkdir(parents=True)
    size = 0
    try:
        _check_disk(said or 0)
        with (folder / name).open("wb") as file:
            held: list[bytes] = []
            held_bytes = 0
            async for block in stream:
                size += len(block)
                if size > limit:
                    raise UploadTooLarge(limit)
                held.append(block)
                held_bytes += len(block)
                if held_bytes >= AT_ONCE:
                    await asyncio.to_thread(file.write, b"".join(held))
                    _check_disk(0)
                    held, held_bytes = [], 0
            await asyncio.to_thread(file.write, b"".join(held))
        folder.rename(_uploads() / upload_id)
    except BaseException:  # also when the sender hangs up
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return UploadRead(id=upload_id, filename=name, size_bytes=size)


def path_of(upload_id: str) -> Path:
    """Raises SourceError."""
    if re.fullmatch(r"[0-9a-f]{32}", upload_id):
        with contextlib.suppress(OSError):
            for path in (_uploads() / upload_id).iterdir():
                return path
    raise SourceError(
        "There is no such upload: uploads are forgotten a day after they came, and once they are imported",
        "Send the file again. With several servers RFTDECK_HOME must be a folder that they share.",
        "source.upload_id",
    )


def forget(upload_id: str) -> None:
    if re.fullmatch(r"[0-9a-f]{32}", upload_id):
        shutil.rmtree(_uploads() / upload_id, ignore_errors=True)


def forget_old(in_use: Collection[str]) -> None:
    """Remove uploads of yesterday that no import waits for."""
    if not _uploads().exists():
        return
    for folder in _uploads().iterdir():
        with contextlib.suppress(OSError):
            if folder.name not in in_use and time.time() - folder.stat().st_mtime > KEEP_S:
                shutil.rmtree(folder, ignore_errors=True)


def clean_name(filename: str) -> str:
    """A file name that leads nowhere: letters, digits, `._-`, at most 100 characters."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "_", filename.replace("\\", "/").rsplit("/", 1)[-1]).lstrip(".")
    return name[-100:].lstrip(".") or "file"


def _check_disk(needed: int) -> None:
    if shutil.disk_usage(home()).free < needed + KEEP_FREE:
        raise DiskFull


def _uploads() -> Path:
    return home() / "uploads"
