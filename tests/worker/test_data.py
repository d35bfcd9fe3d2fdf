"""Datasets of every kind, made here and read back."""

import json
from pathlib import Path
from typing import Any

import pytest
from datasets import Dataset, DatasetDict
from PIL import Image
from rftdeck.spec import DatasetSpec, HeldoutSpec
from rftdeck_worker.data import Data, load_data
from rftdeck_worker.errors import SpecError

ROWS = [{"question": f"{n} + 1", "gold": n + 1, "level": n % 3} for n in range(20)]
COLUMNS: dict[str, Any] = {"prompt_column": "question", "answer_column": "gold", "heldout": None}


def load(name: Path | str, **options: Any) -> Data:
    return load_data(
        DatasetSpec.model_validate(COLUMNS | {"name": str(name)} | options), lambda fraction: None
    )


def written(folder: Path, kind: str) -> Path:
    path = folder / f"rows.{kind}"
    if kind == "jsonl":
        path.write_text("\n".join(map(json.dumps, ROWS)))
    elif kind == "json":
        path.write_text(json.dumps(ROWS))
    elif kind == "csv":
        path.write_text("question,gold,level\n" + "\n".join(",".join(map(str, row.values())) for row in ROWS))
    elif kind == "parquet":
        Dataset.from_list(ROWS).to_parquet(path)
    elif kind == "saved":
        Dataset.from_list(ROWS).save_to_disk(path)
    elif kind == "saved-splits":
        DatasetDict(train=Dataset.from_list(ROWS)).save_to_disk(path)
    return path


@pytest.mark.parametrize("kind", ["jsonl", "json", "csv", "parquet", "saved", "saved-splits"])
def test_a_local_dataset_is_read(tmp_path: Path, kind: str) -> None:
    data = load(written(tmp_path, kind), prompt_template="What is {prompt}?", system_prompt="Be brief.")
    assert data.heldout is None
    assert len(data.train) == 20
    assert data.train[3] == {
        "prompt": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "What is 3 + 1?"},
        ],
        "answer": "4",
        "row_id": "train/3",
        "question": "3 + 1",
        "gold": 4,
        "level": 0,
    }


def test_chat_messages_stay_as_they_are(tmp_path: Path) -> None:
    chat = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes?"}]
    path = tmp_path / "chat.jsonl"
    path.write_text(json.dumps({"messages": [*chat, {"role": "user", "content": "2 + 2"}], "answer": "4"}))
    data = load(path, prompt_column="messages", answer_column="answer", system_prompt="Count.")
    roles = [message["role"] for message in data.train[0]["prompt"]]
    assert roles == ["system", "user", "assistant", "user"]


def test_without_a_chat_template_prompts_are_text(tmp_path: Path) -> None:
    spec = DatasetSpec.model_validate(
        COLUMNS | {"name": str(written(tmp_path, "csv")), "system_prompt": "Add."}
    )
    data = load_data(spec, lambda fraction: None, chat=False)
    assert data.train[0]["prompt"] == "Add.\n\n0 + 1"


def test_held_out_rows_are_taken_away_from_the_training_and_always_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, "jsonl")
    first, second = (load(path, heldout={"rows": 5}) for _ in range(2))
    assert first.heldout is not None
    assert second.heldout is not None
    ids = [row["row_id"] for row in first.heldout]
    assert ids == [row["row_id"] for row in second.heldout]
    assert len(ids) == 5
    assert len(first.train) == 15
    assert not {row["row_id"] for row in first.train} & set(ids)


def test_a_prompt_never_stands_on_both_sides(tmp_path: Path) -> None:
    path = tmp_path / "twice"
    train = [*ROWS, ROWS[2], {"question": "new", "gold": 0, "level": 0}]
    DatasetDict(train=Dataset.from_list(train), test=Dataset.from_list(ROWS[:4])).save_to_disk(path)
    data = load(path, heldout={"split": "test", "rows": 3})
    assert data.heldout is not None
    assert [row["row_id"] for row in data.heldout] == ["test/0", "test/1", "test/2"]
    questions = [row["question"] for row in data.train]
    assert not {row["question"] for row in data.heldout} & set(questions)
    assert len(questions) == 22 - 4


def test_the_same_question_about_another_image_is_another_prompt(tmp_path: Path) -> None:
    for shade in range(4):
        Image.new("RGB", (8, 8), (shade, 0, 0)).save(tmp_path / f"{shade}.png")
    rows = [{"question": "shade?", "gold": n, "picture": f"{n}.png"} for n in (0, 1, 2, 3, 0)]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    data = load(path, image_column="picture", heldout={"rows": 1})
    assert data.heldout is not None
    held = data.heldout[0]
    assert held["images"][0].getpixel((0, 0)) == (held["gold"], 0, 0)
    assert held["gold"] not in [row["gold"] for row in data.train]
    assert len(data.train) == (3 if held["gold"] == 0 else 4)


def test_images_stand_where_the_prompt_marks_them(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    path = tmp_path / "rows.jsonl"
    path.write_text(
        json.dumps({"question": "Is <image> like <image>?", "gold": 1, "pictures": ["a.png"] * 2})
    )
    row = load(path, image_column="pictures").train[0]
    assert len(row["images"]) == 2
    assert row["prompt"][0]["content"] == [
        {"type": "text", "text": "Is "},
        {"type": "image"},
        {"type": "text", "text": " like "},
        {"type": "image"},
        {"type": "text", "text": "?"},
    ]


def test_a_column_named_id_names_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"id": "q-17", "question": "2", "gold": 2}))
    assert load(path).train[0]["row_id"] == "q-17"


@pytest.mark.parametrize(
    ("options", "path", "reason"),
    [
        (
            {"prompt_column": "query"},
            "dataset.prompt_column",
            "no column 'query'; it has question, gold, level",
        ),
        ({"answer_column": "label"}, "dataset.answer_column", "no column 'label'"),
        ({"image_column": "image"}, "dataset.image_column", "no column 'image'"),
        ({"prompt_column": "level"}, "dataset.prompt_column", "column 'level' holds int"),
        ({"split": "test"}, "dataset.split", "no split 'test'"),
        ({"heldout": {"split": "test"}}, "dataset.heldout.split", "no split 'test'"),
        ({"heldout": {"rows": 20}}, "dataset.heldout.rows", "20 rows cannot be taken from a split of 20"),
        ({"name": "starter/songs"}, "dataset.name", "no starter dataset of this name"),
        ({"name": "./rows.xml"}, "dataset.name", "no such file"),
    ],
)
def test_what_is_wrong_is_said_with_its_field(
    tmp_path: Path, options: dict[str, Any], path: str, reason: str
) -> None:
    with pytest.raises(SpecError) as refusal:
        load(**{"name": written(tmp_path, "parquet")} | options)
    assert refusal.value.path == path
    assert reason in refusal.value.reason


def test_a_file_that_is_no_dataset_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("{not json")
    with pytest.raises(SpecError, match=r"dataset\.name: .* cannot be read"):
        load(path)


def test_starter_datasets_share_nothing_between_their_splits(home: Path) -> None:
    sums = load(
        "starter/chained-sums",
        prompt_column="prompt",
        answer_column="answer",
        heldout=HeldoutSpec(split="heldout", rows=512),
    )
    assert sums.heldout is not None
    assert len(sums.heldout) == 512
    train = set(sums.train.with_format(None)["prompt"])
    assert not train & set(sums.heldout.with_format(None)["prompt"])
    for row in (sums.heldout[0], sums.train[0]):
        expression = row["prompt"][0]["content"].removesuffix("=?")
        assert eval(expression) == int(row["answer"])
