"""Every record format of the field, in the shape that its own documentation shows."""

import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rftdeck.datasets import DatasetRow, Mapping
from rftdeck.recipes import RECIPES, ideal_completion, recipe_for
from rftdeck.rewards import REWARDS, Sample
from rftdeck.rewards.core import Judged, Kind

from tests.server.import_files import Read, jsonl, picture, read


def parquet(records: list[dict[str, Any]]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(records), buffer)
    return buffer.getvalue()


def folder(tmp_path: Path, **files: bytes) -> Read:
    """`data_jsonl=…` is written as data.jsonl."""
    root = tmp_path / "data"
    root.mkdir()
    for name, data in files.items():
        (root / name.replace("_", ".")).write_bytes(data)
    return read(root)


def scores_full(row: DatasetRow) -> bool:
    """Whether a perfect completion reaches the maximum of the outcome reward that suits the row."""
    recipe = RECIPES[recipe_for(row.task_type, row.answer_type) or ""]
    specs = [spec for spec in recipe.rewards if REWARDS[spec.name].kind is Kind.OUTCOME]
    assert specs
    assert row.answer is not None
    for spec in specs:
        sample = Sample(ideal_completion(row.answer, recipe.rewards), row.answer, row=row.extra)
        (score,) = REWARDS[spec.name].judge([sample], spec.params)
        number = score.score if isinstance(score, Judged) else score
        if not isinstance(number, float) or number < (REWARDS[spec.name].maximum_of(spec.params) or 0) - 1e-6:
            return False
    return True


def test_r1_v(tmp_path: Path) -> None:
    found = folder(
        tmp_path,
        train_parquet=parquet(
            [
                {
                    "image": {"bytes": picture(), "path": "1.png"},
                    "problem": "How many red cubes are there?",
                    "solution": "<answer> 3 </answer>",
                }
            ]
        ),
    )
    assert found.formats == ["r1_v", "generic"]
    (row,) = found.rows
    assert (row.answer, row.answer_type, row.task_type) == ("3", "number", "counting")
    assert row.messages[0].content == "<image>How many red cubes are there?"
    assert list(found.images.fresh.values()) == [("image/png", picture())]
    assert row.split == "train"
    assert scores_full(row)


def test_open_r1_multimodal(tmp_path: Path) -> None:
    found = folder(
        tmp_path,
        data_parquet=parquet(
            [
                {
                    "image": {"bytes": picture(), "path": None},
                    "problem": "Find x.",
                    "solution": "<think>so</think> <answer>\\frac{1}{2}</answer>",
                    "original_question": "x?",
                    "original_answer": "It is 1/2.",
                }
            ]
        ),
    )
    assert found.formats[0] == "open_r1_multimodal"
    (row,) = found.rows
    assert (row.answer, row.answer_type, row.task_type) == ("\\frac{1}{2}", "latex", "visual_math")
    assert row.extra["original_answer"] == "It is 1/2."
    assert scores_full(row)


def test_vlm_r1_with_one_image_and_with_several(tmp_path: Path) -> None:
    ask = "<image>Please provide the bounding box of the cat."
    found = folder(
        tmp_path,
        a_png=picture(100, 100),
        b_png=picture(50, 50, "blue"),
        data_jsonl=jsonl(
            {
                "id": 7,
                "image": "a.png",
                "conversations": [
                    {"from": "human", "value": ask},
                    {"from": "gpt", "value": "[10, 20, 30, 40]"},
                ],
            },
            {
                "id": 8,
                "image": ["a.png", "b.png"],
                "conversations": [
                    {"from": "human", "value": "<image><image>Are they alike? A. yes B. no"},
                    {"from": "gpt", "value": "<answer>B</answer>"},
                ],
                "accu_reward_method": "mcq",
            },
        ),
    )
    assert found.formats[0] == "vlm_r1"
    one, two = found.rows
    assert (one.id, one.answer, one.answer_type) == ("7", "[10, 20, 30, 40]", "box")
    assert one.task_type == "referring_expression"
    assert one.messages[0].content == ask
    assert (two.answer, two.answer_type, len(two.images)) == ("B", "choice", 2)
    assert two.extra["accu_reward_method"] == "mcq"
    assert scores_full(one)
    assert scores_full(two)


def test_easy_r1(tmp_path: Path) -> None:
    found = folder(
        tmp_path,
        train_parquet=parquet(
            [{"images": [{"bytes": picture(), "path": None}], "problem": "<image>Find x.", "answer": "48"}]
        ),
    )
    assert found.formats[0] == "easy_r1"
    (row,) = found.rows
    assert (row.answer, row.messages[0].content, len(row.images)) == ("48", "<image>Find x.", 1)
    assert scores_full(row)


def test_verl(tmp_path: Path) -> None:
    found = folder(
        tmp_path,
        train_parquet=parquet(
            [
                {
                    "data_source": "openai/gsm8k",
                    "prompt": [{"role": "user", "content": "2+2?"}],
                    "ability": "math",
                    "reward_model": {"style": "rule", "ground_truth": "4"},
                    "extra_info": {"split": "train", "index": 0},
                }
            ]
        ),
    )
    assert found.formats[0] == "verl"
    assert found.mapping.answer == "reward_model.ground_truth"
    (row,) = found.rows
    assert (row.answer, row.source, row.messages[0].content) == ("4", "openai/gsm8k", "2+2?")
    assert row.extra["reward_model"]["style"] == "rule"
    assert scores_full(row)


def test_mm_eureka_with_its_chat_as_a_text(tmp_path: Path) -> None:
    chat = [
        {"role": "system", "content": "Think first."},
        {
            "role": "user",
            "content": [{"type": "image", "image": "a.png"}, {"type": "text", "text": "What is 1,000+1?"}],
        },
    ]
    found = folder(
        tmp_path,
        a_png=picture(),
        data_jsonl=jsonl(
            {"id": "0", "message": json.dumps(chat), "answer": "1,001"},
            {"id": "1", "message": str(chat), "answer": "$1001$"},
        ),
    )
    assert found.formats[0] == "mm_eureka"
    one, two = found.rows
    assert [message.role for message in one.messages] == ["system", "user"]
    assert one.messages[1].content == two.messages[1].content == "<image>What is 1,000+1?"
    assert one.images == two.images
    assert (one.answer, one.answer_type) == ("1001", "number")
    assert (two.answer, two.answer_type) == ("$1001$", "latex")


def test_ms_swift_with_objects(tmp_path: Path) -> None:
    found = folder(
        tmp_path,
        a_jpg=picture(200, 100, kind="JPEG"),
        data_jsonl=jsonl(
            {
                "messages": [
                    {"role": "system", "content": "You find things."},
                    {"role": "user", "content": "<image>Where is <ref-object>?"},
                ],
                "images": ["a.jpg"],
                "objects": {"ref": ["the cat"], "bbox": [[1, 2, 30, 40]]},
                "solution": "[[1, 2, 30, 40]]",
            },
            {"messages": [{"role": "user", "content": "1+1?"}, {"role": "assistant", "content": "2"}]},
        ),
    )
    assert found.formats[0] == "ms_swift"
    one, _ = found.rows
    assert one.messages[1].content == "<image>Where is the cat?"
    assert one.objects is not None
    assert one.objects.bbox == [[1, 2, 30, 40]]
    assert json.loads(one.answer or "") == [{"bbox_2d": [1, 2, 30, 40], "label": "the cat"}]
    assert (one.answer_type, one.task_type) == ("boxes", "detection")
    assert next(iter(found.images.fresh.values()))[0] == "image/jpeg"
    assert scores_full(one)


def test_ms_swift_without_a_solution_takes_the_last_reply(tmp_path: Path) -> None:
    found = folder(
        tmp_path,
        data_jsonl=jsonl(
            {
                "messages": [{"role": "user", "content": "1+1?"}, {"role": "assistant", "content": "2"}],
                "images": [],
            }
        ),
    )
    (row,) = found.rows
    assert (len(row.messages), row.answer) == (1, "2")


def test_video_r1_with_a_video_and_an_image(tmp_path: Path) -> None:
    found = folder(
        tmp_path,
        a_png=picture(),
        data_jsonl=jsonl(
            {
                "problem_id": 2,
                "problem": "What appears first?",
                "data_type": "video",
                "problem_type": "multiple choice",
                "options": ["A. a cat", "B. a dog"],
                "process": "",
                "solution": "<answer>B</answer>",
                "path": "./videos/1.mp4",
            },
            {
                "problem_id": 3,
                "problem": "How long is it?",
                "data_type": "image",
                "problem_type": "regression",
                "options": [],
                "solution": "<answer>2.5</answer>",
                "path": "a.png",
            },
        ),
    )
    assert found.formats[0] == "video_r1"
    video, image = found.rows
    assert video.messages[0].content == "<video>What appears first?\nA. a cat\nB. a dog"
    assert [clip.path for clip in video.videos] == ["./videos/1.mp4"]
    assert (video.answer, video.answer_type, video.task_type) == ("B", "choice", "video_question")
    assert video.extra["problem_type"] == "multiple choice"
    assert (image.answer, len(image.images), image.task_type) == ("2.5", 1, "numeric_estimate")
    assert found.notes.counts["video_not_stored"] == 1


@pytest.mark.parametrize(
    "gold",
    [
        {"gt_action": "click", "gt_bbox": [10, 10, 20, 20], "gt_input_text": "no input text"},
        {"solution": {"action": "click", "gt_bbox": [10, 10, 20, 20], "input_text": "no input text"}},
        {"gold": json.dumps({"action": "click", "gt_bbox": [10, 10, 20, 20], "input_text": "no input text"})},
    ],
)
def test_gui_r1(tmp_path: Path, gold: dict[str, Any]) -> None:
    found = folder(
        tmp_path,
        a_png=picture(),
        data_jsonl=jsonl({"image": "a.png", "instruction": "Open it", "history": "None", **gold}),
    )
    assert found.formats[0] == "gui_r1"
    (row,) = found.rows
    wanted = {"action": "click", "gt_bbox": [10, 10, 20, 20], "input_text": "no input text"}
    assert json.loads(row.answer or "") == wanted
    assert (row.answer_type, row.task_type) == ("action", "gui_step")
    assert row.extra == {"history": "None"}
    assert scores_full(row)


def test_r1_aqa(tmp_path: Path) -> None:
    found = folder(
        tmp_path,
        data_jsonl=jsonl(
            {
                "audio_path": "audios/1.wav",
                "question_text": "What is heard?",
                "multi_choice": ["Rain", "A train"],
                "answer": "A train",
            }
        ),
    )
    assert found.formats[0] == "r1_aqa"
    (row,) = found.rows
    assert row.messages[0].content == "What is heard?\nA. Rain\nB. A train"
    assert (row.answer, row.answer_type) == ("B", "choice")
    assert row.audios[0].path == "audios/1.wav"
    assert row.extra["options"] == ["Rain", "A train"]
    assert found.notes.counts["audio_not_stored"] == 1
    assert scores_full(row)


def test_time_zero_makes_a_row_of_each_sentence(tmp_path: Path) -> None:
    videos = {
        "AO8RW": {
            "timestamps": [[0.0, 6.9], [2, 5.5]],
            "sentences": ["a person sits.", "it rains."],
            "duration": 33.7,
        },
        "XYZ": {"timestamps": [[1, 2]], "sentences": ["a dog barks."], "duration": 9},
    }
    for name, data in (("data_json", json.dumps(videos, indent=1)), ("more_jsonl", json.dumps(videos))):
        path = tmp_path / name
        path.mkdir()
        found = folder(path, **{name: data.encode()})
        assert found.formats[0] == "time_zero"
        one, two, _three = found.rows
        assert (one.id, one.answer, one.answer_type) == ("AO8RW/0", "[0, 6.9]", "interval")
        assert "a person sits." in one.messages[0].content
        assert one.messages[0].content.startswith("<video>")
        assert (two.answer, two.extra["duration"], two.task_type) == ("[2, 5.5]", 33.7, "temporal_grounding")
        assert scores_full(one)


def test_gsm8k_keeps_the_worked_solution(tmp_path: Path) -> None:
    found = folder(
        tmp_path,
        test_jsonl=jsonl(
            {"question": "How much is it?", "answer": "It costs 2*600=<<2*600=1200>>1200.\n#### 1,200"}
        ),
    )
    assert found.formats[0] == "gsm8k"
    (row,) = found.rows
    assert (row.answer, row.answer_type, row.split) == ("1200", "number", "test")
    assert row.solution == "It costs 2*600=<<2*600=1200>>1200."
    assert scores_full(row)


def test_canonical_rows_come_back_as_they_were(tmp_path: Path) -> None:
    found = folder(
        tmp_path, data_jsonl=jsonl({"question": "a?", "answer": "#### 1", "note": [1, None, {"x": 2}]})
    )
    rows = [row.model_copy(update={"split": "train", "task_type": "odd"}) for row in found.rows]
    again_folder = tmp_path / "again"
    again_folder.mkdir()
    again = folder(again_folder, data_jsonl=b"".join(row.model_dump_json().encode() + b"\n" for row in rows))
    assert again.formats[0] == "canonical"
    assert again.rows == rows


def test_other_records_by_common_names_and_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(jsonl({"Query": "a?", "meta": {"gold": {"value": 4}}, "target": "no"}))
    found = read(path)
    assert found.formats == ["generic"]
    assert (found.mapping.prompt, found.mapping.answer) == ("Query", "target")
    (row,) = read(
        path, Mapping(prompt="Query", answer="meta.gold.value", answer_type="text", task_type="odd")
    ).rows
    assert (row.answer, row.answer_type, row.task_type) == ("4", "text", "odd")
    assert row.extra["target"] == "no"
