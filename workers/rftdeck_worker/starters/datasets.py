"""Writes the starter datasets in the format of `datasets.Dataset.save_to_disk`."""

from pathlib import Path
from typing import Any

from datasets import Dataset, DatasetDict, Features, Image, List, Value

from rftdeck_worker.starters import digits, sums


def write_dataset(name: str, folder: Path) -> None:
    """`chained-sums` or `digit-sums`, with the splits train and heldout."""
    splits = _chained_sums() if name == "chained-sums" else _digit_sums()
    DatasetDict(splits).save_to_disk(folder)


def _chained_sums() -> dict[str, Dataset]:
    return {split: Dataset.from_list(rows) for split, rows in sums.make_rows().items()}


def _digit_sums() -> dict[str, Dataset]:
    features = Features(
        prompt=Value("string"), image=Image(), answer=Value("string"), digits=List(Value("int64"))
    )
    return {
        split: Dataset.from_list([_with_image(row) for row in rows], features=features)
        for split, rows in digits.make_rows().items()
    }


def _with_image(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"image": {"bytes": row["image"], "path": None}}
