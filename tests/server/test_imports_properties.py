"""No record breaks an import, whatever stands in it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rftdeck.datasets import DatasetRow, Mapping, RecordFormat
from rftdeck_server.datasets.images import Images
from rftdeck_server.datasets.mappings.formats import FORMATS
from rftdeck_server.datasets.mappings.recognise import columns_of, default_mapping, guesses, samples_of
from rftdeck_server.datasets.notes import Notes
from rftdeck_server.datasets.readers.record import Record, Unreadable
from rftdeck_server.datasets.rows import RowMaker

from tests.server.import_files import picture

COLUMNS = (
    "problem", "prompt", "messages", "message", "conversations", "question", "instruction", "question_text", "answer",
    "solution", "gold", "gt_action", "gt_bbox", "gt_input_text", "reward_model", "image", "images", "videos", "path",
    "audio_path", "objects", "options", "multi_choice", "timestamps", "sentences", "data_type", "problem_type", "split",
    "id", "difficulty", "answer_type", "task_type", "extra", "original_question", "original_answer", "other",
)  # fmt: skip
WORDS = st.sampled_from(
    ["", "<image>", "<video>", "<video><video> <image>", "a.png", "user", "assistant", "B", "#### 4", "<answer> 3 </answer>",
     "[1, 2, 3, 4]", "[{'role': 'user', 'content': [1]}]", "[[", "{\"action\": 1, \"gt_bbox\": 2}", "train", "\ud800\x00", "1e999"]
)  # fmt: skip
KEYS = st.sampled_from(
    ["role", "content", "from", "value", "text", "type", "image", "bbox", "ref", "bbox_2d", "action", "gt_bbox", "path",
     "bytes", "frames", "fps", "ground_truth"]
)  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | WORDS
    | st.text(max_size=8)
    | st.binary(max_size=4)
)
VALUES: Any = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
RECORDS = st.dictionaries(st.sampled_from(COLUMNS), VALUES, max_size=10)


def load(name: str) -> bytes:
    if name == "a.png":
        return picture()
    raise Unreadable("there is no such file")


def rows(fields: dict[str, Any], mapping: Mapping) -> tuple[list[DatasetRow], Notes]:
    notes = Notes()
    maker = RowMaker(mapping, Images(lambda sha256: False), notes)
    return list(maker.rows(Record(fields, "x.jsonl", 1, None, load))), notes


@pytest.mark.parametrize("name", list(FORMATS))
@given(fields=RECORDS)
@settings(max_examples=60, deadline=None)
def test_any_record_is_rows_or_a_note(name: RecordFormat, fields: dict[str, Any]) -> None:
    mapping = FORMATS[name].mapping(samples_of([fields]))
    assert mapping.format == name
    found, notes = rows(fields, mapping)
    if not fields.get("timestamps"):
        assert len(found) + notes.n_problems + notes.counts["missing_image"] == 1
    for row in found:
        assert DatasetRow.model_validate_json(row.model_dump_json()).model_dump() == row.model_dump()


@given(fields=RECORDS, kind=st.sampled_from(list(FORMATS)))
@settings(max_examples=200, deadline=None)
def test_any_record_is_recognised_as_something(fields: dict[str, Any], kind: RecordFormat) -> None:
    samples = samples_of([fields])
    assert guesses(samples)[-1].format == "generic"
    assert len(columns_of([fields], samples)) == len(samples)
    named = ("prompt", "answer", "images", "options", "objects", "videos")
    columns = dict(zip(named, fields, strict=False))
    rows(fields, default_mapping(samples).model_copy(update={"format": kind, **columns}))


def test_a_record_as_deep_as_the_parser_allows() -> None:
    deep: Any = "x"
    for _ in range(900):
        deep = [deep]
    fields = {"question": "what?", "answer": deep, "other": deep}
    assert columns_of([fields], samples_of([fields]))[1].example == "…"
    found, notes = rows(fields, default_mapping(samples_of([fields])))
    assert found == []
    assert "nested too deeply" in notes.problems[0].reason
