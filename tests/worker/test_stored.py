"""Rows of a stored data set on their way to a training."""

import json
from pathlib import Path

import pytest
from rftdeck.datasets import ChatMessage, DatasetRow, Frames, Objects
from rftdeck.spec import DatasetSpec
from rftdeck_worker import stored
from rftdeck_worker.data import load_data
from rftdeck_worker.stored import COLUMNS, KEPT, to_record

from tests.server.helpers import PNG


def row(number: int, content: str, **changes: object) -> DatasetRow:
    values = {"id": f"train-{number}", "messages": [ChatMessage(role="user", content=content)], "answer": "2"}
    return DatasetRow.model_validate(values | changes)


def test_frames_stand_where_the_mark_of_their_video_stood() -> None:
    record = to_record(
        row(
            1,
            "<image>first, then <video>which?",
            images=["a"],
            videos=[Frames(frames=["b", "c"], fps=2.0)],
        )
    )
    assert record["images"] == ["a", "b", "c"]
    assert record["prompt"][0]["content"] == "<image>first, then <image><image>which?"


def test_images_without_a_mark_are_not_lost() -> None:
    assert to_record(row(1, "which?", images=["a", "b"]))["images"] == ["a", "b"]


def test_rewards_get_the_columns_of_a_row_with_their_own_types() -> None:
    record = to_record(
        row(
            1,
            "?",
            extra={"options": ["x", "y"], "level": 3},
            task_type="counting",
            objects=Objects(bbox=[[1, 2, 3, 4]]),
        )
    )
    columns = json.loads(record[COLUMNS])
    assert (columns["options"], columns["level"], columns["task_type"]) == (["x", "y"], 3, "counting")
    assert columns["objects"]["bbox"] == [[1, 2, 3, 4]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A version as it lies on a worker; what its rows have beyond the prompt differs in type from row to row."""
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a").write_bytes(PNG)
    extras: list[dict[str, object]] = [{"level": 3}, {"level": "three", "options": ["x"]}, {}]
    rows = [
        row(number, f"<image>{number}?", images=["a"], extra=extra) for number, extra in enumerate(extras)
    ]
    records = [to_record(each) for each in rows]
    for record in records:
        record["images"] = [f"images/{name}" for name in record["images"]]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    (tmp_path / KEPT).write_text(json.dumps({"reference": "dataset:x@y", "with_images": True}))
    return tmp_path


def test_a_stored_version_is_read_like_any_data_set(folder: Path) -> None:
    assert stored.is_stored(folder)
    spec = DatasetSpec(
        name=str(folder), image_column="images", prompt_template="Look: {prompt}", heldout=None
    )
    rows = [load_data(spec, lambda fraction: None).train[index] for index in range(3)]
    assert [each["row_id"] for each in rows] == ["train-0", "train-1", "train-2"]
    assert [rows[0]["level"], rows[1]["level"]] == [3, "three"]
    assert rows[0]["images"][0].size == (1, 1)
    blocks = rows[0]["prompt"][0]["content"]
    assert [block["type"] for block in blocks] == ["text", "image", "text"]
    assert blocks[0]["text"] == "Look: "


def test_a_split_that_is_not_there(folder: Path) -> None:
    with pytest.raises(KeyError):
        stored.read_split(folder, "test")
