"""Rows on their way into the store: on disk, with what statistics and splits need of each in compact columns."""

import hashlib
import shutil
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from rftdeck.datasets import DatasetRow

from rftdeck_server.datasets.rows import prompt_of
from rftdeck_server.jobs.report import JobFailed

MAX_SPLITS = 100
MAX_ROW_BYTES = 32 * 2**20
CHECK_DISK_EVERY = 64 * 2**20
KEEP_FREE = 2**30

Hashes = NDArray[np.uint64]


class Names:
    """Numbers for texts of which there are few, e.g. answer types. Past the limit they are all one."""

    def __init__(self, limit: int = 10_000) -> None:
        self._numbers: dict[str | None, int] = {}
        self._limit = limit

    def number(self, name: str | None) -> int:
        known = self._numbers.get(name)
        if known is None:
            if len(self._numbers) >= self._limit:
                name = "(others)"
            known = self._numbers.setdefault(name, len(self._numbers))
        return known

    def __iter__(self) -> Iterator[tuple[str | None, int]]:
        return iter(self._numbers.items())


class SplitSpool:
    """The rows of one named split. A line is the row as JSON without its split."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO = path.open("wb", buffering=2**20)
        self.problems = array("Q")
        """Hash of prompt and images of each row."""
        self.ids = array("Q")
        self.prompt_lengths = array("I")
        self.n_images = array("I")
        self.answer_types = array("I")
        self.task_types = array("I")
        self.sources = array("I")

    def __len__(self) -> int:
        return len(self.problems)

    def write(self, line: bytes) -> None:
        self._file.write(line)

    def close(self) -> None:
        self._file.close()

    def lines(self) -> Iterator[bytes]:
        with self.path.open("rb", buffering=2**20) as file:
            yield from file


class Spool:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.splits: dict[str, SplitSpool] = {}
        """By name; the empty name is of rows that name none."""
        self.answer_types, self.task_types, self.sources = Names(), Names(), Names()
        self.rows = 0
        self._unchecked = CHECK_DISK_EVERY

    def add(self, row: DatasetRow) -> None:
        """Raises JobFailed when the disk is full, or for too many splits."""
        spool = self.splits.get(row.split)
        if spool is None:
            if len(self.splits) >= MAX_SPLITS:
                raise JobFailed(
                    f"mapping.split: there are more than {MAX_SPLITS} splits. Choose another column."
                )
            spool = self.splits[row.split] = SplitSpool(self._folder / f"{len(self.splits)}.jsonl")
        line = row.model_dump_json(exclude={"split"}).encode("utf-8", "replace") + b"\n"
        prompt = prompt_of(row)
        spool.problems.append(problem_hash(row))
        spool.ids.append(_hash(row.id))
        spool.prompt_lengths.append(len(prompt))
        spool.n_images.append(len(row.images))
        spool.answer_types.append(self.answer_types.number(row.answer_type))
        spool.task_types.append(self.task_types.number(row.task_type))
        spool.sources.append(self.sources.number(row.source))
        spool.write(line)
        self.rows += 1
        self._unchecked += len(line)
        if self._unchecked >= CHECK_DISK_EVERY:
            self._unchecked = 0
            if shutil.disk_usage(self._folder).free < KEEP_FREE:
                raise JobFailed("the disk of the server is almost full (less than 1 GiB is free)")

    def close(self) -> None:
        for split in self.splits.values():
            split.close()


def problem_hash(row: DatasetRow) -> int:
    """The same for rows with the same prompt and images, videos, audios. 64 bits."""
    return _hash(prompt_of(row), *row.images, *_media(row))


def as_numpy(values: "array[int]") -> NDArray[Any]:
    return (
        np.frombuffer(values, dtype=np.uint64 if values.typecode == "Q" else np.uint32)
        if values
        else np.zeros(0, np.uint64)
    )


def _media(row: DatasetRow) -> Iterator[str]:
    for video in row.videos:
        yield from video.frames
        yield video.path or ""
    for audio in row.audios:
        yield audio.path


def _hash(*texts: str) -> int:
    text = "\x00".join(texts).encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")
