"""Boxes, clicks and intervals."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rftdeck.rewards import REWARDS, Sample
from rftdeck.rewards.boxes import Box, average_precision, overlap
from rftdeck.rewards.temporal import interval_overlap

from tests.contract.test_rewards import score, tagged

CLICK = '{"action": "click", "gt_bbox": [100, 100, 200, 150], "input_text": ""}'


def boxes(*items: tuple[list[float], str, float]) -> str:
    return json.dumps([{"bbox_2d": box, "label": label, "confidence": sure} for box, label, sure in items])


# ---- one box --------------------------------------------------------------------------------------------------------


def test_iou_golden_vector() -> None:
    assert overlap((0, 0, 10, 10), (5, 5, 15, 15)) == pytest.approx(0.142857, abs=1e-6)
    assert score("iou", tagged('{"bbox_2d": [5, 5, 15, 15]}'), "[0,0,10,10]") == pytest.approx(25 / 175)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("[0, 0, 10, 10]", 1.0),
        ("[10, 10, 0, 0]", 1.0),
        ("[[0.0, 0, 10.0, 10]] then [5, 5, 6, 6]", 1.0),
        ("[20, 20, 30, 30]", 0.0),
        ("[0, 0, 10]", 0.0),
        ("[0, 0, 1e999, 10]", 0.0),
        ("[0, 0, 99999999999999999999, 10]", 0.0),
        ("[0, 0, NaN, 10]", 0.0),
        ("[5, 5, 5, 5]", 0.0),
        ("[-10, -10, 10, 10]", 0.25),
    ],
)
def test_iou(answer: str, expected: float) -> None:
    assert score("iou", tagged(answer), "[0,0,10,10]") == pytest.approx(expected)


def test_iou_scales_from_the_resized_to_the_original_image() -> None:
    row: dict[str, Any] = {"image_size": [200, 400], "resized_size": [100, 100]}
    assert score("iou", tagged("[10, 10, 20, 20]"), "[20, 40, 40, 80]", row) == 1.0
    assert score("iou", tagged("[20, 40, 40, 80]"), "[20, 40, 40, 80]", {"image_size": [200, 400]}) == 1.0
    assert score("iou", tagged("[1, 1, 2, 2]"), "[1, 1, 2, 2]", row | {"resized_size": [0, 100]}) is None


# ---- several boxes ----------------------------------------------------------------------------------------------------

GOLD = '[{"bbox_2d": [0, 0, 10, 10], "label": "cat"}, {"bbox_2d": [20, 0, 30, 10], "label": "cat"}]'


@pytest.mark.parametrize(
    ("answer", "gold", "expected"),
    [
        (boxes(([0, 0, 10, 10], "cat", 1.0), ([20, 0, 30, 10], "Cat", 1.0)), GOLD, 2.0),
        (boxes(([0, 0, 10, 10], "cat", 0.8)), GOLD, 1 / 2 + 0.8),
        # the IoU of the first is 0.8; the second finds nothing, and was not sure of it
        (boxes(([0, 0, 10, 8], "cat", 0.9), ([50, 50, 60, 60], "cat", 0.2)), GOLD, 0.8 / 2 + (0.9 + 0.8) / 2),
        (boxes(([0, 0, 10, 10], "dog", 1.0)), GOLD, 0.0),
        # exactly .5 is not above it
        (boxes(([0, 0, 10, 5], "cat", 1.0)), GOLD, 0.0),
        ("[]", GOLD, 0.0),
        ("[]", "[]", 2.0),
        ("None", "[]", 2.0),
        ("[[0, 0, 1, 1]]", "[]", 0.0),
        ("[[0, 0, 10, 10], [0, 0, 5]]", GOLD, 0.0),
    ],
)
def test_detection(answer: str, gold: str, expected: float) -> None:
    assert score("detection", tagged(answer), gold) == pytest.approx(expected)


def test_detection_lets_the_surest_choose_first() -> None:
    gold = "[[0, 0, 10, 10]]"
    answer = boxes(([0, 0, 10, 8], "cat", 0.5), ([0, 0, 10, 10], "cat", 0.9))
    assert score("detection", tagged(answer), gold) == pytest.approx(1 / 2 + (0.9 + 0.5) / 2)


def test_average_precision_is_interpolated_at_101_recalls() -> None:
    # Found, missed, found: precision 1 up to a recall of .5 (51 points), 2/3 above it (50 points).
    overlaps = [[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]]
    assert average_precision(overlaps, 2, 0.5) == pytest.approx((51 + 50 * 2 / 3) / 101)
    assert average_precision(overlaps[:2], 2, 0.5) == pytest.approx(51 / 101)
    assert average_precision([], 2, 0.5) == 0.0


@pytest.mark.parametrize(
    ("answer", "gold", "expected"),
    [
        (boxes(([0, 0, 10, 10], "cat", 1.0), ([20, 0, 30, 10], "cat", 1.0)), GOLD, 1.0),
        (boxes(([0, 0, 10, 10], "cat", 1.0)), GOLD, 51 / 101),
        # twice as many boxes as there are: half of it
        ("[[0,0,10,10],[20,0,30,10],[40,0,50,10],[60,0,70,10]]", GOLD, 0.5),
        # an IoU of .72 passes at .50, .55, .60, .65 and .70
        ("[[0, 0, 10, 7.2]]", "[[0, 0, 10, 10]]", 0.5),
        ("[]", "[]", 1.0),
        ("[]", GOLD, 0.0),
        ("[[0, 0, 1, 1]]", "[]", 0.0),
        (boxes(([0, 0, 10, 10], "dog", 1.0)), GOLD, 0.0),
    ],
)
def test_map_count(answer: str, gold: str, expected: float) -> None:
    assert score("map_count", tagged(answer), gold) == pytest.approx(expected)


def test_map_count_at_one_overlap() -> None:
    assert score("map_count", tagged("[[0, 0, 10, 7.2]]"), "[[0, 0, 10, 10]]", overlaps="50") == 1.0


@pytest.mark.parametrize(
    ("step", "answer", "expected"),
    [
        (10, "[[0, 0, 10, 9]]", 0.9),
        (11, "[[0, 0, 10, 9]]", 0.0),
        (25, "[[0, 0, 10, 9.6]]", 0.96),
        (26, "[[0, 0, 10, 9.6]]", 0.0),
        (100, "[[0, 0, 10, 10]]", 1.0),
        (1, "[[0, 0, 10, 10], [50, 50, 60, 60], [1, 1, 2, 2]]", 0.36),
        (1, "[]", 0.0),
    ],
)
def test_staged_iou_asks_for_more_as_the_run_goes_on(step: int, answer: str, expected: float) -> None:
    found = REWARDS["staged_iou"].function(Sample(tagged(answer), "[[0,0,10,10]]", step=step, max_steps=100))
    assert found.score == pytest.approx(expected)
    assert score("staged_iou", tagged(answer), "[[0,0,10,10]]") is None


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ('{"bbox": [100, 100, 300, 300], "points_1": [150, 150], "points_2": [250, 250]}', 4.0),
        ('{"bbox": [100, 100, 300, 300], "points_1": [250, 250], "points_2": [150, 150]}', 4.0),
        # sides are 11 px off on average; the points lie in the predicted box
        ('{"bbox": [111, 111, 311, 311], "points_1": [150, 150], "points_2": [250, 250]}', 3.0),
        ('{"bbox": [100, 100, 300, 300], "points_1": [150, 150], "points_2": [301, 250]}', 3.0),
        ('{"bbox": [400, 400, 500, 500], "points_1": [1, 1], "points_2": [2, 2]}', 1.0),
        ('{"bbox": [100, 100, 300, 300], "points_1": [150, 150]}', 0.0),
    ],
)
@pytest.mark.parametrize(
    "gold",
    [
        '{"bbox_2d": [100, 100, 300, 300], "point_1": [150, 150], "point_2": [250, 250]}',
        "<box>(100,100),(300,300)</box><points>(150,150),(250,250)</points>",
    ],
)
def test_segmentation(answer: str, gold: str, expected: float) -> None:
    assert score("segmentation", tagged(answer), gold) == expected


# ---- screens ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "gold", "expected"),
    [
        ('[{"action": "click", "point": [150, 120], "input_text": ""}]', CLICK, 1.0),
        ("[{'action': 'CLICK', 'point': [150, 120], 'input_text': 'no input text'}]", CLICK, 1.0),
        ('{"action": "click", "point": [100, 120]}', CLICK, 0.0),
        ('{"action": "click"}', CLICK, 0.0),
        ('{"action": "scroll", "point": [150, 120]}', CLICK, 0.0),
        ('{"action": "click", "point": [139, 0]}', '{"action": "click", "gt_bbox": [0, 0]}', 1.0),
        ('{"action": "click", "point": [140, 0]}', '{"action": "click", "gt_bbox": [0, 0]}', 0.0),
        ('{"action": "type", "input_text": "Hello there"}', '{"action": "type", "input_text": "hello"}', 1.0),
        ('{"action": "type", "input_text": "bye"}', '{"action": "type", "input_text": "hello"}', 0.0),
        ('{"action": "scroll", "input_text": "up"}', '{"action": "scroll", "input_text": "UP"}', 1.0),
        ('{"action": "press_back"}', '{"action": "press_back", "gt_bbox": [-100, -100]}', 1.0),
        ("__import__('os').getcwd()", CLICK, 0.0),
        ("[{'action': __import__('os').getcwd()}]", CLICK, 0.0),
    ],
)
def test_gui_r1(answer: str, gold: str, expected: float) -> None:
    assert score("gui_r1", tagged(answer), gold) == expected


@pytest.mark.parametrize(
    ("completion", "expected"),
    [
        (tagged('[{"action": "click", "point": [1, 2], "input_text": ""}]'), 1.0),
        (tagged("[{'action': 'scroll', 'point': [1, 2], 'input_text': 'up'}]"), 1.0),
        (tagged('{"action": "click", "point": [1, 2], "input_text": ""}'), 1.0),
        (tagged('{"action": "scroll", "point": [1, 2], "input_text": "sideways"}'), 0.0),
        (tagged('{"action": "type", "point": [1, 2], "input_text": "no input text"}'), 0.0),
        (tagged('{"action": "click", "point": [1, 2]}'), 0.0),
        (tagged('{"action": "click", "point": "here", "input_text": ""}'), 0.0),
        (tagged("[]"), 0.0),
        ('<answer>{"action": "click", "point": [1, 2], "input_text": ""}</answer>', 0.0),
    ],
)
def test_gui_format(completion: str, expected: float) -> None:
    assert score("gui_format", completion) == expected


@pytest.mark.parametrize(
    ("completion", "gold", "expected"),
    [
        (tagged('[{"action": "click", "coordinate": [100, 150]}]'), CLICK, 3.0),
        (tagged('[{"action": "click", "coordinate": [99, 150]}]'), CLICK, 2.0),
        ('<answer>{"action": "click", "point": [150, 120]}</answer>', CLICK, 2.0),
        (tagged('{"action": "scroll", "point": [150, 120]}'), CLICK, 2.0),
        (tagged('{"action": "scroll"}'), '{"action": "scroll"}', 3.0),
        (tagged('{"action": "click"}'), '{"action": "scroll"}', 1.0),
        (tagged("click"), CLICK, 0.0),
    ],
)
def test_ui_r1(completion: str, gold: str, expected: float) -> None:
    assert score("ui_r1", completion, gold) == expected


# ---- time -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("[4, 10]", 0.5),
        ("4 to 10", 0.5),
        ("from 4.0s to 10.0s", 0.5),
        ("4-10", 0.5),
        ("[2, 8]", 1.0),
        ("[8, 12]", 0.0),
        ("[10, 4]", 0.0),
        ("[4, NaN]", 0.0),
        ("4", 0.0),
        ("1, 2 or 3", 0.0),
        ("[5, 5]", 0.0),
    ],
)
def test_tiou(answer: str, expected: float) -> None:
    assert score("tiou", tagged(answer), "[2, 8]") == pytest.approx(expected)


# ---- what holds for all ---------------------------------------------------------------------------------------------

side = st.floats(-1e9, 1e9)


def in_order(values: tuple[float, float, float, float]) -> Box:
    x1, y1, x2, y2 = values
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


@given(st.tuples(side, side, side, side).map(in_order), st.tuples(side, side, side, side).map(in_order))
def test_iou_is_symmetric(a: Box, b: Box) -> None:
    assert 0 <= overlap(a, b) <= 1
    assert overlap(a, b) == overlap(b, a)


@given(st.tuples(side, side, side, side).map(in_order))
def test_a_box_overlaps_itself_wholly(box: Box) -> None:
    area = (box[2] - box[0]) * (box[3] - box[1])
    assert overlap(box, box) == (1.0 if area > 0 else 0.0)


@given(st.tuples(side, side), st.tuples(side, side))
def test_tiou_is_symmetric(a: tuple[float, float], b: tuple[float, float]) -> None:
    a, b = (min(a), max(a)), (min(b), max(b))
    assert 0 <= interval_overlap(a, b) <= 1
    assert interval_overlap(a, b) == interval_overlap(b, a)
