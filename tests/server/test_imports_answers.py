"""Gold answers of any type become texts in canonical form."""

from pathlib import Path

import pytest

from tests.server.import_files import jsonl, read


@pytest.mark.parametrize(
    ("answer", "letter"),
    [("B", "B"), ("(B)", "B"), ("B. a dog", "B"), ("a dog", "B"), (1, "B"), ("(b)", "B"), ("both", None)],
)
def test_golds_of_multiple_choice_become_letters(tmp_path: Path, answer: object, letter: str | None) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(jsonl({"question": "which?", "options": ["a cat", "a dog"], "answer": answer}))
    (row,) = read(path).rows
    assert row.answer == (letter or answer)
    assert row.messages[0].content == "which?\nA. a cat\nB. a dog"


@pytest.mark.parametrize(
    ("answer", "kind", "text"),
    [
        (42, "number", "42"),
        (3.0, "number", "3"),
        (-1.5, "number", "-1.5"),
        ("12,000.5", "number", "12000.5"),
        ("75%", "number", "75%"),
        ("x^2", "latex", "x^2"),
        ("$3$", "latex", "$3$"),
        ("Paris", "text", "Paris"),
        ([1.0, 2, 3, 4.5], "box", "[1, 2, 3, 4.5]"),
        ("[1,2]", "point", "[1, 2]"),
        ([[1, 2, 3, 4]], "boxes", '[{"bbox_2d": [1, 2, 3, 4], "label": ""}]'),
        ([{"bbox": [1, 2, 3, 4], "category": "cat"}], "boxes", '[{"bbox_2d": [1, 2, 3, 4], "label": "cat"}]'),
        (True, "text", "true"),
        (["4"], "number", "4"),
        (10**25, "number", str(10**25)),
    ],
)
def test_golds_are_texts_of_a_known_kind(tmp_path: Path, answer: object, kind: str, text: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(jsonl({"question": "what?", "answer": answer}))
    (row,) = read(path).rows
    assert (row.answer, row.answer_type) == (text, kind)
