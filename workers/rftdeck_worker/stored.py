"""Data sets that rftdeck keeps, brought to this machine once.

`$RFTDECK_HOME/datasets/<sha>/` holds `<split>.jsonl` and `images/<sha256>`; it never changes.
"""

import json
import re
import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import datasets
import orjson
from rftdeck.client import Client
from rftdeck.datasets import STORED_PREFIX, DatasetRow
from rftdeck.errors import RftdeckError, ServerUnavailable
from rftdeck.home import home
from rftdeck.spec import RunSpec

from rftdeck_worker.errors import SpecError
from rftdeck_worker.locks import held

T = TypeVar("T")

TRIES = 5
PAUSE_S = 2.0
COLUMNS = "columns_json"
"""Column of the other columns of a row."""
KEPT_FIELDS = ("objects", "solution", "answer_type", "task_type", "source", "split", "difficulty")
"""Fields of a row that rewards may read beside its extra columns."""
KEPT = "stored.json"
"""Stands in a folder that is whole, and says whether the rows have images."""


def fetched(spec: RunSpec, progress: Callable[[float | None], None]) -> RunSpec:
    """The same spec with its stored data set as files on this machine; other specs as they are. Raises SpecError."""
    if not spec.dataset.name.startswith(STORED_PREFIX):
        return spec
    folder = ensure(spec.dataset.name, progress)
    with_images = json.loads((folder / KEPT).read_text())["with_images"]
    dataset = spec.dataset.model_copy(
        update={
            "name": str(folder),
            "prompt_column": "prompt",
            "answer_column": "answer",
            "image_column": "images" if with_images else None,
        }
    )
    return spec.model_copy(update={"dataset": dataset})


def ensure(reference: str, progress: Callable[[float | None], None]) -> Path:
    """The folder of a version, fetched first when it is missing. Raises SpecError."""
    sha = reference.rpartition("@")[2]
    root = home() / "datasets"
    target = root / sha
    if (target / KEPT).is_file():
        return target
    root.mkdir(parents=True, exist_ok=True)
    with held(root / f".{sha}.lock", lambda: progress(None)):
        if not (target / KEPT).is_file():
            unfinished = root / f".{sha}.partial"
            shutil.rmtree(unfinished, ignore_errors=True)
            (unfinished / "images").mkdir(parents=True)
            with Client() as client:
                _fetch(client, reference, unfinished, progress)
            unfinished.rename(target)
    return target


def features() -> datasets.Features:
    """Of the files. What differs from row to row is JSON in one column, because Arrow wants one type a column."""
    text = datasets.Value("string")
    message = {"role": text, "content": text}
    return datasets.Features(id=text, prompt=[message], images=[text], answer=text, **{COLUMNS: text})


def is_stored(folder: Path) -> bool:
    return (folder / KEPT).is_file()


def read_split(folder: Path, split: str) -> datasets.Dataset:
    """Raises KeyError for a split that is not there."""
    file = folder / f"{split}.jsonl"
    if not file.is_file():
        raise KeyError(split)
    return datasets.load_dataset("json", data_files={split: str(file)}, split=split, features=features())


def _fetch(client: Client, reference: str, folder: Path, progress: Callable[[float | None], None]) -> None:
    version = _patiently(lambda: client.dataset_version(reference))
    images: set[str] = set()
    done = 0
    for split in version.splits:
        file = folder / f"{split.split}.jsonl"
        told = partial(_tell, progress, done, max(1, version.rows))
        _patiently(partial(_fetch_split, client, version.id, split.split, file, images, told))
        done += split.rows
    (folder / KEPT).write_text(json.dumps({"reference": reference, "with_images": bool(images)}))


def _tell(progress: Callable[[float | None], None], before: int, total: int, rows: int) -> None:
    progress((before + rows) / total)


def _fetch_split(
    client: Client, version: int, split: str, file: Path, images: set[str], told: Callable[[int], None]
) -> None:
    """Write a split and its images; begun again, it keeps the images that are there."""
    with file.open("wb") as target:
        for number, row in enumerate(client.export_dataset(version, split)):
            record = to_record(row)
            for sha256 in set(record["images"]) - images:
                (file.parent / "images" / sha256).write_bytes(client.media(sha256))
                images.add(sha256)
            record["images"] = [f"images/{sha256}" for sha256 in record["images"]]
            target.write(orjson.dumps(record) + b"\n")
            if number % 100 == 0:
                told(number)


def to_record(row: DatasetRow) -> dict[str, Any]:
    """A row as the files hold it. The frames of a video are images where its mark stood."""
    videos = iter(row.videos)
    stills = iter(row.images)
    images: list[str] = []
    messages = []
    for message in row.messages:
        parts = re.split(r"(<image>|<video>)", message.content)
        for place, part in enumerate(parts):
            if part == "<image>":
                images += [still] if (still := next(stills, None)) else []
            elif part == "<video>":
                frames = video.frames if (video := next(videos, None)) else []
                images += frames
                parts[place] = "<image>" * len(frames)
        messages.append({"role": message.role, "content": "".join(parts)})
    images += [*stills, *(frame for video in videos for frame in video.frames)]
    columns = row.model_dump(mode="json", include=set(KEPT_FIELDS))
    others = {name: value for name, value in columns.items() if value is not None} | row.extra
    return {
        "id": row.id,
        "prompt": messages,
        "images": images,
        "answer": row.answer,
        COLUMNS: orjson.dumps(others).decode(),
    }


def _patiently(ask: Callable[[], T]) -> T:
    """Ask again while the server is away. Raises SpecError when it stays away or refuses."""
    for _ in range(TRIES - 1):
        try:
            return ask()
        except ServerUnavailable:
            time.sleep(PAUSE_S)
        except RftdeckError as error:
            raise SpecError("dataset.name", str(error)) from error
    try:
        return ask()
    except (ServerUnavailable, RftdeckError) as error:
        raise SpecError("dataset.name", f"it cannot be fetched: {error}") from error
