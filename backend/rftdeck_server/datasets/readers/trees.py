"""Where files are: a folder, or a zip that is never unpacked to disk by the names it holds."""

import gzip
import io
import os
import posixpath
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Protocol

from rftdeck_server.datasets.readers.record import SourceError, Unreadable

MIB = 2**20
MAX_FILES = 1_000_000
MAX_RATIO = 200
"""Times its size that an archive may inflate to, beyond FREE. Text rarely reaches 20, deflate itself some 1,000."""
FREE = 256 * MIB
NOT_FOUND = "there is no such file"


class Tree(Protocol):
    names: list[str]
    """Files in it, with `/` between folders."""
    problems: list[str]
    """What was passed over, and why."""
    splits: dict[str, str]
    """File → split, where something better than its name tells."""

    def size(self, name: str) -> int:
        """Bytes to read."""

    def open(self, name: str) -> BinaryIO:
        """Raises Unreadable."""

    def read(self, name: str, limit: int) -> bytes:
        """A whole small file. Raises Unreadable."""


class Folder:
    """Files below a folder. What it leads to must lie below one of the allowed folders, links included."""

    def __init__(self, root: Path, allowed: Sequence[Path], only: str | None = None) -> None:
        self._root, self._allowed = root, allowed
        self.problems: list[str] = []
        self.splits: dict[str, str] = {}
        self.names = [only] if only is not None else self._walk()

    def _walk(self) -> list[str]:
        found = []
        for folder, folders, files in os.walk(self._root):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            found += [(Path(folder) / name).relative_to(self._root).as_posix() for name in sorted(files)]
            if len(found) > MAX_FILES:
                raise SourceError(
                    "The folder holds more than 1,000,000 files",
                    "Name a folder that holds the data set alone.",
                )
        return found

    def _path(self, name: str) -> Path:
        try:
            path = (self._root / name).resolve()
            if not any(path.is_relative_to(folder) for folder in self._allowed):
                raise Unreadable("it lies outside of the folders that data may come from")
            if not path.is_file():
                raise Unreadable(NOT_FOUND)
        except (OSError, ValueError, RuntimeError) as error:
            raise Unreadable(f"its path cannot be followed: {error}") from None
        return path

    def size(self, name: str) -> int:
        try:
            return self._path(name).stat().st_size
        except Unreadable:
            return 0

    def open(self, name: str) -> BinaryIO:
        try:
            return self._path(name).open("rb")
        except OSError as error:
            raise Unreadable(f"it cannot be opened: {error.strerror}") from None

    def read(self, name: str, limit: int) -> bytes:
        with self.open(name) as file:
            return within(file, limit)


class Zip:
    """The files of a zip, inflated while they are read. Links, odd names and encrypted files are passed over."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise SourceError(f"The zip cannot be read: {error}", "Pack it again.") from None
        self._budget = _Budget(FREE + MAX_RATIO * path.stat().st_size)
        self._members: dict[str, zipfile.ZipInfo] = {}
        self.problems = []
        self.splits: dict[str, str] = {}
        for info in self._zip.infolist():
            if info.is_dir():
                continue
            if (reason := _refused(info)) is not None:
                self.problems.append(f"{_shortened(info.filename)}: {reason}")
            else:
                self._members[info.filename.replace("\\", "/")] = info
        self.names = sorted(self._members)

    def size(self, name: str) -> int:
        return self._members[name].file_size

    def open(self, name: str) -> BinaryIO:
        info = self._members.get(posixpath.normpath(name))
        if info is None:
            raise Unreadable(NOT_FOUND)
        try:
            member = self._zip.open(info)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise Unreadable(f"it cannot be unpacked: {error}") from None
        return io.BufferedReader(_Inflating(member, name, self._budget, info.compress_size), MIB)

    def read(self, name: str, limit: int) -> bytes:
        with self.open(name) as file:
            return within(file, limit)


class _Budget:
    def __init__(self, left: int) -> None:
        self.left = left


class _Inflating(io.RawIOBase):
    """A file of an archive that is not believed: it ends in SourceError when it inflates beyond reason."""

    def __init__(self, file: IO[bytes] | io.BufferedIOBase, name: str, budget: _Budget, packed: int) -> None:
        self._file, self._name, self._budget = file, name, budget
        self._left = FREE + MAX_RATIO * packed
        self._place = 0

    def tell(self) -> int:
        return self._place

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        try:
            data = self._file.read(len(view))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise Unreadable(f"it is damaged: {error}") from None
        self._place += len(data)
        self._left -= len(data)
        self._budget.left -= len(data)
        if min(self._left, self._budget.left) < 0:
            raise SourceError(
                f"{_shortened(self._name)} inflates to more than {MAX_RATIO} times its size, as zip bombs do",
                "Send the data as it is, not packed.",
            )
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def inflating(file: BinaryIO, name: str, packed: int) -> BinaryIO:
    """A gzip file that is guarded like the files of a zip."""
    opened = gzip.GzipFile(fileobj=file)
    return io.BufferedReader(_Inflating(opened, name, _Budget(FREE + MAX_RATIO * packed), packed), MIB)


def seekable(file: BinaryIO) -> BinaryIO:
    """The file itself, or a nameless copy on disk when it can only be read from front to back."""
    if file.seekable():
        return file
    copy = tempfile.TemporaryFile()  # noqa: SIM115
    while block := file.read(MIB):
        copy.write(block)
    copy.seek(0)
    return copy


def _refused(info: zipfile.ZipInfo) -> str | None:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return "its name leads out of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a link"
    if info.flag_bits & 1:
        return "it is encrypted"
    return None


def within(file: BinaryIO, limit: int) -> bytes:
    """A whole small file. Raises Unreadable."""
    data = file.read(limit + 1)
    if len(data) > limit:
        raise Unreadable(f"it is larger than {limit // MIB} MiB")
    return data


def _shortened(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:120]}…"
