"""The records of a tree of files."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO

from rftdeck.datasets import RowProblem

from rftdeck_server.datasets.readers.csv_files import read_csv
from rftdeck_server.datasets.readers.json_files import read_json, read_json_lines
from rftdeck_server.datasets.readers.parquet_files import read_parquet
from rftdeck_server.datasets.readers.record import Item, Load, SourceError, Unreadable
from rftdeck_server.datasets.readers.trees import Tree, inflating, seekable

Reader = Callable[[BinaryIO, str, str | None, Load], Iterator[Item]]

READERS: dict[str, Reader] = {
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".json": read_json,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".parquet": read_parquet,
}
SEEKING = (read_json, read_parquet)
MAX_IMAGE_FILE = 32 * 2**20

SPLITS = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
    "eval": "test",
    "evaluation": "test",
    "heldout": "heldout",
}
"""Word in a file's name → split; the words are those of the Hub (huggingface.co/docs/datasets/repository_structure)."""
_NUMBERED = re.compile(r"(.+?)-\d{5}-of-\d{5}")


@dataclass
class Progress:
    """How much of a source was read."""

    done: int = 0
    total: int | None = None

    @property
    def fraction(self) -> float | None:
        return None if not self.total else min(1.0, self.done / self.total)


def data_files(names: Sequence[str]) -> list[str]:
    """Files that hold records. JSON documents count only where nothing else does: many are settings."""
    seen = [name for name in names if not _is_hidden(name) and _reader(name) is not None]
    return [name for name in seen if _reader(name) is not read_json] or seen


def read_tree(tree: Tree, progress: Progress) -> Iterator[Item]:
    """Raises SourceError when there is nothing to read, or when it is a bomb."""
    files = data_files(tree.names)
    if not files:
        kinds = ", ".join(READERS)
        raise SourceError(
            "There is no file with records" + (f" among {len(tree.names):,} files" if tree.names else ""),
            f"A data set is one or more files ending in {kinds} (or {', '.join(('.jsonl.gz', '.csv.gz'))}), "
            "or a zip of these with their images.",
        )
    for reason in tree.problems[:1000]:
        yield RowProblem(line=None, reason=reason)
    progress.total = sum(tree.size(name) for name in files)
    before = 0
    for name in files:
        try:
            yield from _read_file(tree, name, progress)
        except Unreadable as error:
            yield RowProblem(line=None, file=name, reason=str(error))
        before += tree.size(name)
        progress.done = before


def _read_file(tree: Tree, name: str, progress: Progress) -> Iterator[Item]:
    reader = _reader(name)
    assert reader is not None
    load = partial(_load, tree, PurePosixPath(name).parent)
    before = progress.done
    with tree.open(name) as packed:
        file = inflating(packed, name, tree.size(name)) if name.lower().endswith(".gz") else packed
        if reader in SEEKING:
            file = seekable(file)
        for number, item in enumerate(reader(file, name, tree.splits.get(name) or split_of(name), load)):
            if number % 64 == 0:
                progress.done = before + packed.tell()
            yield item


def _load(tree: Tree, folder: PurePosixPath, name: str) -> bytes:
    """A file that a record names, relative to the record's file or to the top."""
    for place in dict.fromkeys((str(folder / name), name)):
        try:
            return tree.read(place, MAX_IMAGE_FILE)
        except Unreadable as error:
            reason = error
    raise reason


def split_of(name: str) -> str | None:
    """What the name of a file, or else of its folders, says: `data/train-00000-of-00002.parquet` → train."""
    path = PurePosixPath(name.lower())
    stem = path.name.split(".", 1)[0]
    numbered = _NUMBERED.fullmatch(stem)
    for part in (stem, *reversed(path.parts[:-1])):
        words = [word for word in re.split(r"[^a-z]+", part) if word in SPLITS]
        if words:
            return SPLITS[words[-1]]
    return None if numbered is None else re.sub(r"[^a-z0-9_.-]", "_", numbered.group(1))[:100]


def _reader(name: str) -> Reader | None:
    path = PurePosixPath(name.lower().removesuffix(".gz"))
    reader = READERS.get(path.suffix)
    return None if reader is read_parquet and name.lower().endswith(".gz") else reader


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)
