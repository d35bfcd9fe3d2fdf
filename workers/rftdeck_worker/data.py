"""Datasets: from a name in the spec to rows that TRL takes.

Rows are made when they are read, so that a large dataset costs nothing at the start. A row has `prompt` (chat
messages), `answer`, `row_id` and the other columns of the dataset; with an image column also `images`, decoded, and
`image_files`, the same as they are stored.
"""

import hashlib
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import datasets
import orjson
from datasets import Dataset, DatasetDict
from PIL import Image
from rftdeck.spec import DatasetSpec

from rftdeck_worker import starters, stored
from rftdeck_worker.errors import SpecError
from rftdeck_worker.starters import Progress

READERS = {".jsonl": "json", ".json": "json", ".parquet": "parquet", ".csv": "csv"}
RESERVED = ("prompt", "images", "image_files", "image", "answer", "row_id", "completion", "completion_ids")
"""Names that rows or TRL give a meaning; a column of the dataset that bears one gives way."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Data:
    train: Dataset
    heldout: Dataset | None


def load_data(spec: DatasetSpec, progress: Progress, *, chat: bool = True) -> Data:
    """Read the dataset and set the held-out rows aside. Without `chat` prompts are plain text. Raises SpecError."""
    root, splits = _open(spec, progress)
    train = _prepare(spec, _split(splits, spec.split, "dataset.split"), spec.split)
    heldout = None
    if spec.max_rows is not None:
        train = train.select(range(min(spec.max_rows, len(train))))
    if spec.heldout is not None:
        if spec.heldout.split is None:
            train, heldout = _take_heldout(spec, train)
        else:
            own = _split(splits, spec.heldout.split, "dataset.heldout.split")
            heldout = _prepare(spec, own, spec.heldout.split)
            heldout = heldout.select(range(min(spec.heldout.rows, len(own))))
            train = _without_overlap(spec, train, heldout)
    _check_prompt(spec, train)
    make_rows = partial(_make_rows, spec, root, chat)
    return Data(
        train.with_transform(make_rows), None if heldout is None else heldout.with_transform(make_rows)
    )


# ---- from a name to splits ------------------------------------------------------------------------------------


def _open(spec: DatasetSpec, progress: Progress) -> tuple[Path, Callable[[str], Dataset]]:
    """The folder that relative image paths start from, and a function that reads a split (KeyError without it)."""
    name = spec.name
    if starters.is_starter(name):
        try:
            name = str(starters.ensure_dataset(name, progress))
        except KeyError as error:
            raise SpecError("dataset.name", error.args[0]) from error
    path = Path(name).expanduser()
    if path.is_file():
        if path.suffix not in READERS:
            raise SpecError("dataset.name", f"{path} is none of {', '.join(READERS)}")
        return path.parent, partial(_read, READERS[path.suffix], None, data_files={"train": str(path)})
    if stored.is_stored(path):
        return path, partial(stored.read_split, path)
    if any((path / marker).is_file() for marker in ("dataset_dict.json", "dataset_info.json")):
        saved = datasets.load_from_disk(path)
        return path, (saved if isinstance(saved, DatasetDict) else {"train": saved}).__getitem__
    if path.is_dir():
        return path, partial(_read, str(path), spec.config)
    if name.startswith(("/", ".", "~")) or path.suffix in READERS:
        raise SpecError("dataset.name", f"no such file or directory: {path}")
    return Path(), partial(_read, name, spec.config)


def _read(name: str, config: str | None, split: str, **options: Any) -> Dataset:
    try:
        return datasets.load_dataset(name, config, split=split, **options)
    except ValueError as error:
        if "Unknown split" in str(error):
            raise KeyError(split) from error
        raise SpecError("dataset.name", f"{name} cannot be read: {error}") from error
    except (OSError, datasets.exceptions.DatasetGenerationError) as error:
        raise SpecError("dataset.name", f"{name} cannot be read: {error.__cause__ or error}") from error


def _split(read: Callable[[str], Dataset], split: str, path: str) -> Dataset:
    try:
        return read(split)
    except KeyError as error:
        raise SpecError(path, f"the dataset has no split {split!r}") from error


def _prepare(spec: DatasetSpec, rows: Dataset, split: str) -> Dataset:
    """Leave images encoded, and give every row an id that stays the same whatever is selected later."""
    _check_columns(spec, rows)
    if spec.image_column is not None:
        feature, encoded = rows.features[spec.image_column], datasets.Image(decode=False)
        if isinstance(feature, datasets.Image):
            rows = rows.cast_column(spec.image_column, encoded)
        elif isinstance(feature, datasets.List) and isinstance(feature.feature, datasets.Image):
            rows = rows.cast_column(spec.image_column, datasets.List(encoded))
    ids = map(str, rows["id"]) if "id" in rows.column_names else (f"{split}/{i}" for i in range(len(rows)))
    if "row_id" in rows.column_names:
        rows = rows.remove_columns("row_id")
    return rows.add_column("row_id", list(ids))


# ---- held-out rows --------------------------------------------------------------------------------------------


def _take_heldout(spec: DatasetSpec, rows: Dataset) -> tuple[Dataset, Dataset]:
    """Set rows aside by a choice that depends on the number of rows alone, so that every run makes the same."""
    assert spec.heldout is not None
    if spec.heldout.rows >= len(rows):
        reason = f"{spec.heldout.rows} rows cannot be taken from a split of {len(rows)}"
        raise SpecError("dataset.heldout.rows", reason)
    chosen = set(random.Random(0).sample(range(len(rows)), spec.heldout.rows))
    heldout = rows.select(sorted(chosen))
    train = rows.select([index for index in range(len(rows)) if index not in chosen])
    return _without_overlap(spec, train, heldout), heldout


def _without_overlap(spec: DatasetSpec, train: Dataset, heldout: Dataset) -> Dataset:
    """Drop training rows whose prompt and image stand in the held-out set too."""
    texts = set(map(str, heldout[spec.prompt_column]))
    suspects = [index for index, text in enumerate(train[spec.prompt_column]) if str(text) in texts]
    if not suspects:
        return train
    known = set(_identities(spec, heldout))
    doubles = {
        index
        for index, identity in zip(suspects, _identities(spec, train.select(suspects)), strict=True)
        if identity in known
    }
    return train.select([index for index in range(len(train)) if index not in doubles]) if doubles else train


def _identities(spec: DatasetSpec, rows: Dataset) -> list[str]:
    """One string a row that is equal when prompt and images are."""
    texts = list(map(str, rows[spec.prompt_column]))
    if spec.image_column is None:
        return texts
    images = rows[spec.image_column]
    return [
        f"{text}\0{hashlib.sha256(repr(image).encode()).hexdigest()}"
        for text, image in zip(texts, images, strict=True)
    ]


# ---- checks ---------------------------------------------------------------------------------------------------


def _check_columns(spec: DatasetSpec, rows: Dataset) -> None:
    wanted = {
        "dataset.prompt_column": spec.prompt_column,
        "dataset.answer_column": spec.answer_column,
        "dataset.image_column": spec.image_column,
    }
    for path, column in wanted.items():
        if column is not None and column not in rows.column_names:
            there = ", ".join(name for name in rows.column_names if name != "row_id")
            raise SpecError(path, f"the dataset has no column {column!r}; it has {there}")


def _check_prompt(spec: DatasetSpec, rows: Dataset) -> None:
    if not len(rows):
        raise SpecError("dataset.name", f"split {spec.split!r} has no rows to train on")
    prompt = rows[0][spec.prompt_column]
    is_chat = isinstance(prompt, list) and prompt and all("role" in m and "content" in m for m in prompt)
    if not isinstance(prompt, str) and not is_chat:
        reason = f"column {spec.prompt_column!r} holds {type(prompt).__name__}, not text or chat messages"
        raise SpecError("dataset.prompt_column", reason)


# ---- rows -----------------------------------------------------------------------------------------------------


def _make_rows(
    spec: DatasetSpec, root: Path, chat: bool, batch: dict[str, list[Any]]
) -> dict[str, list[Any]]:
    """Columns of the dataset → columns that TRL takes."""
    images = None
    if spec.image_column is not None:
        # A batch holds every row once for each completion of its group: its images are decoded once.
        files: dict[str, list[bytes]] = {}
        decoded: dict[str, list[Image.Image]] = {}
        for row_id, value in zip(batch["row_id"], batch[spec.image_column], strict=True):
            if row_id not in files:
                files[row_id] = _files(value, root)
                decoded[row_id] = [Image.open(io.BytesIO(file)).convert("RGB") for file in files[row_id]]
        images = [decoded[row_id] for row_id in batch["row_id"]]
    made: dict[str, list[Any]] = {
        column: values for column, values in batch.items() if column not in RESERVED or column == "row_id"
    }
    if stored.COLUMNS in made:
        others = [orjson.loads(text) for text in made.pop(stored.COLUMNS)]
        names = {name for row in others for name in row} - set(RESERVED)
        made |= {name: [row.get(name) for row in others] for name in sorted(names)}
    made.pop(spec.image_column or "", None)
    prompts = [
        _messages(spec, prompt, len(images[index]) if images else 0)
        for index, prompt in enumerate(batch[spec.prompt_column])
    ]
    made["prompt"] = prompts if chat else [_plain(prompt) for prompt in prompts]
    made["answer"] = [None if answer is None else str(answer) for answer in batch[spec.answer_column]]
    if images is not None:
        made["images"] = images
        made["image_files"] = [files[row_id] for row_id in batch["row_id"]]
    return made


def make_prompt(spec: DatasetSpec, text: str, *, chat: bool) -> list[Row] | str:
    """A prompt of this text, as the rows of the data set have theirs."""
    messages = _messages(spec, text, 0)
    return messages if chat else _plain(messages)


def _plain(messages: list[Row]) -> str:
    return "\n\n".join(message["content"] for message in messages)


def _messages(spec: DatasetSpec, prompt: Any, n_images: int) -> list[Row]:
    if isinstance(prompt, str):
        text = spec.prompt_template.replace("{prompt}", prompt)
        messages: list[Row] = [{"role": "user", "content": text}]
    else:
        messages = [dict(message) for message in prompt]
        if len(messages) == 1 and isinstance(messages[0]["content"], str):
            messages[0]["content"] = spec.prompt_template.replace("{prompt}", messages[0]["content"])
    if spec.system_prompt is not None and messages[0]["role"] != "system":
        messages.insert(0, {"role": "system", "content": spec.system_prompt})
    if n_images:
        for message in messages:
            if isinstance(message["content"], str) and message["content"].count("<image>") == n_images:
                message["content"] = _blocks(message["content"])
    return messages


def _blocks(text: str) -> list[Row]:
    """Text with `<image>` marks → content blocks, so that each image stands where its mark stood."""
    blocks: list[Row] = []
    for index, part in enumerate(text.split("<image>")):
        if index:
            blocks.append({"type": "image"})
        if part:
            blocks.append({"type": "text", "text": part})
    return blocks


def _files(value: Any, root: Path) -> list[bytes]:
    """One or several images: each `{bytes, path}`, as datasets keep them, or a path."""
    values = value if isinstance(value, list) else [value]
    return [_file(single, root) for single in values if single is not None]


def _file(value: Any, root: Path) -> bytes:
    if isinstance(value, dict) and value.get("bytes"):
        return bytes(value["bytes"])
    name: str = value["path"] if isinstance(value, dict) else value
    return (root / name).read_bytes()
