"""Accuracy of answers, and form: golden vectors and the cases that verifiers get wrong."""

from typing import Any

import pytest
from rftdeck.rewards import REWARDS, Judged, Sample, Undecided
from rftdeck.rewards.accuracy import ACCURACY
from rftdeck.rewards.texts import common_subsequence, edit_distance


def score(
    name: str, completion: str, answer: str | None = "5", row: dict[str, Any] | None = None, **params: Any
) -> float | None:
    """The bare score; None is undecided."""
    found = REWARDS[name].function(Sample(completion, answer, row=row or {}), **params)
    if isinstance(found, Undecided):
        assert found.reason
        return None
    return found.score if isinstance(found, Judged) else found


def tagged(answer: str) -> str:
    return f"<think>so</think><answer>{answer}</answer>"


# ---- accuracy -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("completion", "answer", "expected"),
    [
        ("<answer>5</answer>", "5", 1.0),
        ("<answer> 5 \n</answer>", "5", 1.0),
        ("<answer>5</answer>", "<answer> 5 </answer>", 1.0),
        ("<answer>1234</answer>", "so it is\n#### 1,234", 1.0),
        ("<answer>Paris</answer>", "paris", 1.0),
        ("<answer>4</answer><answer>5</answer>", "5", 1.0),
        ("<answer>4<answer>5</answer></answer>", "5", 1.0),
        ("<answer>\\boxed{5}</answer>", "5", 1.0),
        ("so \\boxed{5}", "5", 1.0),
        ("<answer>55</answer>", "5", 0.0),
        ("5", "5", 0.0),
        ("<answer>5", "5", 0.0),
        ("\\boxed{5", "5", 0.0),
    ],
)
def test_exact_answer(completion: str, answer: str, expected: float) -> None:
    assert score("exact_answer", completion, answer) == expected


@pytest.mark.parametrize("name", ACCURACY)
@pytest.mark.parametrize("gold", [None, "", "  ", "<answer> </answer>"])
def test_without_a_gold_nothing_is_right_or_wrong(name: str, gold: str | None) -> None:
    assert score(name, tagged("5"), gold, {"problem_type": "numerical"}) is None


@pytest.mark.parametrize(
    ("name", "gold"),
    [
        ("math", "no formula"),
        ("mra", "three"),
        ("numeric_tolerance", "1 or 2"),
        ("iou", "[1, 2, 3]"),
        ("iou", "[5, 5, 5, 9]"),
        ("detection", "a cat"),
        ("map_count", '[{"label": "cat"}]'),
        ("gui_r1", '["click"]'),
        ("gui_r1", '{"action": "click", "gt_bbox": []}'),
        ("tiou", "[8, 2]"),
        ("segmentation", "[1, 2, 3, 4]"),
    ],
)
def test_a_gold_that_cannot_be_read_is_undecided(name: str, gold: str) -> None:
    assert score(name, tagged("5"), gold) is None


@pytest.mark.parametrize("name", ACCURACY)
def test_no_answer_is_wrong(name: str) -> None:
    gold = {
        "iou": "[0,0,9,9]",
        "map_count": "[[0,0,9,9]]",
        "tiou": "[2, 8]",
        "gui_r1": '{"action": "wait", "gt_bbox": [], "input_text": ""}',
    }
    row = {"problem_type": "numerical", "metadata": {"source_dataset": "chain_sum"}}
    assert score(name, "<think>I do not know", gold.get(name, "5"), row) == 0.0


def test_judged_says_what_was_parsed_and_why() -> None:
    found = REWARDS["mra"].function(Sample(tagged("about 8 m"), "10"))
    assert found == Judged(0.6, "8", "relative error 0.2: within 6 of 10 limits")


@pytest.mark.parametrize(
    ("completion", "gold", "expected"),
    [
        (tagged("42"), "42", 1.0),
        (tagged("42.0"), "#### 42", 1.0),
        (tagged("\\frac{1}{2}"), "0.5", 1.0),
        (tagged("1/2"), "\\frac{1}{2}", 1.0),
        (tagged("$2\\sqrt{2}$"), "\\sqrt{8}", 1.0),
        (tagged("1,234"), "1234", 1.0),
        (tagged("1e5"), "100000", 1.0),
        (tagged("\\{1, 2\\}"), "\\{2, 1\\}", 1.0),
        ("<think>so</think>so it is \\boxed{\\frac{3}{4}}.", "0.75", 1.0),
        ("<think>so</think>The answer is 42.", "42", 1.0),
        ("42", "42", 1.0),
        (tagged("41"), "42", 0.0),
        (tagged("(2, 1)"), "(1, 2)", 0.0),
        (tagged("a lot"), "42", 0.0),
        ("<think>so far 42", "42", 0.0),
        (tagged("7" * 5_000), "42", 0.0),
    ],
)
def test_math(completion: str, gold: str, expected: float) -> None:
    assert score("math", completion, gold) == expected


OPTIONS = {"options": ["A. a cat", "B. two dogs", "C. U.S. army"]}


@pytest.mark.parametrize(
    ("answer", "gold", "expected"),
    [
        ("B", "B", 1.0),
        ("(B)", "B", 1.0),
        ("b.", "(B)", 1.0),
        ("B. two dogs", "B", 1.0),
        ("(B) two dogs", "B", 1.0),
        ("Option B", "B", 1.0),
        ("The correct answer is: B", "B", 1.0),
        ("two dogs", "B", 1.0),
        ("B", "two dogs", 1.0),
        ("U.S. army", "C", 1.0),
        ("C", "B", 0.0),
        ("A cat", "B", 0.0),
        ("D", "B", 0.0),
        ("both", "B", 0.0),
    ],
)
def test_multiple_choice(answer: str, gold: str, expected: float) -> None:
    assert score("multiple_choice", tagged(answer), gold, OPTIONS) == expected


def test_multiple_choice_without_options_reads_letters_and_equal_texts() -> None:
    assert score("multiple_choice", tagged("(C)"), "C") == 1.0
    assert score("multiple_choice", tagged("two dogs"), "Two dogs.") == 1.0
    assert score("multiple_choice", tagged("B"), "two dogs") is None


@pytest.mark.parametrize(
    ("kind", "answer", "gold", "expected"),
    [
        ("multiple choice", "B", "B", 1.0),
        ("numerical", "3.141", "3.14", 1.0),
        ("numerical", "3.15", "3.14", 0.0),
        ("OCR", "the cat sat", "the cat sat down", 0.75),
        ("OCR", "one two three four five six", "none", 0.0),
        ("regression", "8", "10", 0.8),
        ("regression", "-30", "10", 0.0),
        ("regression", "0", "0", 1.0),
        ("free-form", "the cat", "the cat", 1.0),
        ("free-form", "dogs", "the cat", 0.0),
        ("sculpture", "1", "1", None),
        (None, "1", "1", None),
    ],
)
def test_problem_type(kind: str | None, answer: str, gold: str, expected: float | None) -> None:
    assert score("problem_type", tagged(answer), gold, {"problem_type": kind}) == (
        None if expected is None else pytest.approx(expected)
    )


def test_rouge_is_the_mean_of_three() -> None:
    # "a b c d" against "a c b d": 4 of 4 words, 0 of 3 pairs, 3 of 4 in order
    found = score("problem_type", tagged("a b c d"), "a c b d", {"problem_type": "free-form"})
    assert found == pytest.approx((1 + 0 + 0.75) / 3)


@pytest.mark.parametrize(
    ("answer", "gold", "expected"),
    [
        ("8", "10", 0.6),
        ("9", "10", 0.8),
        ("4", "10", 0.0),
        ("10", "10", 1.0),
        ("0", "0", 1.0),
        ("1", "0", 0.0),
    ],
)
def test_mra(answer: str, gold: str, expected: float) -> None:
    assert score("mra", tagged(answer), gold) == expected


@pytest.mark.parametrize(
    ("answer", "gold", "expected"),
    [("9.6", "10", 1.0), ("9", "10", 0.75), ("7", "10", 0.0), ("-9", "-10", 0.75), ("0", "0", 1.0)],
)
def test_numeric_tolerance(answer: str, gold: str, expected: float) -> None:
    assert score("numeric_tolerance", tagged(answer), gold) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("answer", "gold", "expected"),
    [
        ("104", "100", 1.0),
        ("106", "100", 0.0),
        ("$1,040", "1000", 1.0),
        ("51%", "0.5", 1.0),
        ("51", "50%", 0.0),
        ("New  york", "new York", 1.0),
        ("Boston", "New York", 0.0),
    ],
)
def test_relaxed_accuracy(answer: str, gold: str, expected: float) -> None:
    assert score("relaxed_accuracy", tagged(answer), gold) == expected


@pytest.mark.parametrize(
    ("answer", "gold", "expected"),
    [
        ("Hello", "hello", 1.0),
        ("hallo", "hello", 0.8),
        ("abxx", "abcd", 0.5),
        ("axxx", "abcd", 0.0),
        ("b", '["aa", "b"]', 1.0),
    ],
)
def test_anls(answer: str, gold: str, expected: float) -> None:
    assert score("anls", tagged(answer), gold) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("answer", "gold", "expected"),
    [
        ("a b c d", "a b c d", 1.0),
        ("a x c d", "a b c d", 0.75),
        ("a b c d e", "a b c d", 0.75),
        ("x y z", "a", 0.0),
    ],
)
def test_word_accuracy(answer: str, gold: str, expected: float) -> None:
    assert score("word_accuracy", tagged(answer), gold) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("a", "b", "distance", "common"),
    [("kitten", "sitting", 3, 4), ("", "abc", 3, 0), ("abc", "", 3, 0), ("ab" * 50, "ba" * 50, 2, 99)],
)
def test_edits_between_texts(a: str, b: str, distance: int, common: int) -> None:
    assert edit_distance(a, b) == distance
    assert common_subsequence(a, b) == common


def test_reasoning_gym_asks_the_task_itself() -> None:
    row = {"metadata": {"source_dataset": "countdown", "numbers": [1, 2, 3], "target": 6}}
    assert score("reasoning_gym", tagged("3*2*1"), "1+2+3", row) == 1.0
    assert score("reasoning_gym", tagged("1+2"), "1+2+3", row) == pytest.approx(0.05)
    assert score("reasoning_gym", tagged("3+2"), None, row) is None
    assert score("reasoning_gym", tagged("1"), "1", {"metadata": {"source_dataset": "no such task"}}) is None
    assert score("reasoning_gym", tagged("1"), "1") is None


def test_reasoning_gym_scores_tasks_whose_rows_name_no_gold() -> None:
    puzzle = {"vertices": [0, 1], "edges": [[0, 1]], "color_options": [1, 2]}
    row = {"metadata": {"source_dataset": "graph_color", "puzzle": puzzle, "num_vertices": 2}}
    assert score("reasoning_gym", tagged('{"0": 1, "1": 2}'), None, row) == 1.0
    assert score("reasoning_gym", tagged('{"0": 1, "1": 1}'), None, row) == pytest.approx(0.01)


def test_reasoning_gym_takes_the_gold_of_a_row_that_was_stored_as_json() -> None:
    row = {"metadata": {"source_dataset": "arc_agi", "output": [[1, 2], [3, 4]]}}
    assert score("reasoning_gym", tagged("1 2\n3 4"), "1 2\n3 4", row) == 1.0
    assert score("reasoning_gym", tagged("1 2\n3 5"), "1 2\n3 4", row) == pytest.approx(0.05)


# ---- form -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("completion", "expected"),
    [
        ("<think>a</think><answer>b</answer>", 1.0),
        ("<think>a\n</think>\n <answer>\nb</answer>", 1.0),
        ("so: <think>a</think><answer>b</answer>", 0.0),
        ("<think>a</think><answer>b", 0.0),
        ("<think>a</think><think></think><answer>b</answer>", 0.0),
        ("<think>a</think>so<answer>b</answer>", 0.0),
        ("<answer>b</answer><think>a</think>", 0.0),
    ],
)
def test_think_answer(completion: str, expected: float) -> None:
    assert score("think_answer", completion) == expected


@pytest.mark.parametrize(
    ("completion", "expected"),
    [
        ("<think>a</think>\\boxed{\\frac{1}{2}}", 1.0),
        ("\n<think>a</think> It is \\boxed{5}.", 1.0),
        ("<think>\\boxed{5}</think> yes", 0.0),
        ("<think>a</think>\\boxed{5", 0.0),
        ("\\boxed{5}", 0.0),
        ("<think>a</think></think>\\boxed{5}", 0.0),
    ],
)
def test_think_boxed(completion: str, expected: float) -> None:
    assert score("think_boxed", completion) == expected


def test_tag_count_gives_a_quarter_for_each_single_tag() -> None:
    assert score("tag_count", "<think></think><answer>") == 0.75
    assert score("tag_count", "<think><think></think><answer>") == 0.5


def test_answer_only() -> None:
    assert score("answer_only", "so <answer>b</answer>.") == 1.0
    assert score("answer_only", "</answer>b<answer>") == 0.0


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ('{"bbox_2d": [1, 2, 3, 4]}', 1.0),
        ('```json\n{"bbox_2d": [1.5,2,3,-4]}\n```', 1.0),
        ("[1, 2, 3, 4]", 0.0),
        ('{"bbox_2d": [1, 2, 3]}', 0.0),
        ("} [1, 2, 3, 4] {", 0.0),
    ],
)
def test_rec_json(answer: str, expected: float) -> None:
    assert score("rec_json", tagged(answer)) == expected
    assert score("rec_json", f"<answer>{answer}</answer>") == 0.0


def test_format_and_correct_gives_no_partial_credit() -> None:
    assert score("format_and_correct", tagged("5")) == 1.0
    assert score("format_and_correct", tagged("6")) == 0.0
    assert score("format_and_correct", "<answer>5</answer>") == 0.0
    assert score("format_and_correct", tagged("8"), "10", accuracy="mra", threshold=0.7) == 0.0
    assert score("format_and_correct", tagged("8"), "10", accuracy="mra", threshold=0.5) == 1.0
    assert score("format_and_correct", tagged("8"), None) is None
