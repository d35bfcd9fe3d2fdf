"""The event spool: an append-only file between a training process and the server.

One line an event. The seq of an event is the byte offset of the end of its line, so writers need no counter: the
training process and its supervisor append to the same file (O_APPEND), and the reader knows every seq.
"""

import contextlib
import hashlib
import os
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, TypeAdapter

from rftdeck.events import Event

EVENTS = "events.jsonl"
MEDIA = "media"
BACKLOG_BYTES = 64 * 2**20
"""Events kept in memory while the disk refuses them; past that the oldest are dropped and counted."""

_EVENT: TypeAdapter[Any] = TypeAdapter(Event)


class SpoolWriter:
    """Appends events and never raises: a full disk or a value that cannot be written must not stop training."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / EVENTS
        self.media = folder / MEDIA
        self.dropped = 0
        """Events lost because they could not be serialised, or because the disk was full for too long."""
        self._backlog: deque[bytes] = deque()
        self._backlog_bytes = 0
        self._known_media: set[str] = set()
        self.media.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        self._torn = self._ends_torn()

    def _ends_torn(self) -> bool:
        """A writer killed in the middle of a line leaves it without its end."""
        size = os.fstat(self._fd).st_size
        return size > 0 and os.pread(self._fd, 1, size - 1) != b"\n"

    def append(self, event: BaseModel) -> bool:
        """Write one event, after those that wait. Returns False when it has to wait for the disk or was dropped."""
        try:
            line = _line(event)
        except Exception:
            self.dropped += 1
            return False
        self._backlog.append(line)
        self._backlog_bytes += len(line)
        return self.flush()

    def flush(self) -> bool:
        """Write what waits; False when the disk still refuses it."""
        while self._backlog:
            line = self._backlog[0]
            if not self._write(b"\n" + line if self._torn else line):
                while self._backlog_bytes > BACKLOG_BYTES:
                    self._backlog_bytes -= len(self._backlog.popleft())
                    self.dropped += 1
                return False
            self._backlog.popleft()
            self._backlog_bytes -= len(line)
        return True

    def _write(self, data: bytes) -> bool:
        """All of it with one call, or the file is marked as torn and the line is written again later."""
        try:
            written = os.write(self._fd, data)
        except OSError:
            return False
        self._torn = written != len(data)
        return not self._torn

    def add_media(self, data: bytes) -> str | None:
        """Keep bytes for the upload, once by content; returns their SHA-256, or None when the disk refuses."""
        digest = hashlib.sha256(data).hexdigest()
        if digest in self._known_media:
            return digest
        try:
            target = self.media / digest
            partial = target.with_suffix(f".{os.getpid()}")
            partial.write_bytes(data)
            partial.replace(target)
        except OSError:
            return None
        self._known_media.add(digest)
        return digest

    def close(self, timeout_s: float = 0.0) -> None:
        """Wait at most timeout_s for the disk to take what waits."""
        deadline = time.monotonic() + timeout_s
        while not self.flush() and time.monotonic() < deadline:
            time.sleep(0.2)
        os.close(self._fd)


def _line(event: BaseModel) -> bytes:
    try:
        body = _EVENT.dump_json(event, warnings=False)
    except ValueError:  # text that was set past the validation, which would have mended it
        body = _EVENT.dump_json(type(event).model_validate(event.model_dump(warnings=False)))
    return b'{"time":%s,"event":%s}\n' % (orjson.dumps(datetime.now(UTC)), body)


@dataclass(frozen=True)
class SpooledLine:
    seq: int
    """Byte offset of the end of the line."""
    raw: bytes
    """The JSON object, without the newline."""
    event: dict[str, Any]


class SpoolReader:
    """Reads complete lines from an offset on. A torn line is passed over once another line stands behind it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / EVENTS
        self.media = folder / MEDIA

    def lines(self, offset: int, max_bytes: int = 4 * 2**20) -> Iterator[SpooledLine]:
        """Complete lines behind `offset`, until about max_bytes are read (always at least one line)."""
        with contextlib.suppress(FileNotFoundError), self.path.open("rb") as file:
            file.seek(offset)
            end, size = offset, 0
            while size < max_bytes:
                line = file.readline()
                if not line.endswith(b"\n"):
                    return
                end += len(line)
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    event = orjson.loads(line)["event"]
                    size += len(line)
                    yield SpooledLine(end, line[:-1], event)

    def sync(self) -> None:
        """Force what was written to the disk."""
        with contextlib.suppress(OSError):
            fd = os.open(self.path, os.O_RDONLY)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)
