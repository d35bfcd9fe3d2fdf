"""Rows that are made here: the gold is exact, and the same seed makes the same bytes."""

import io
import json
import math
import random
import re
from typing import Any

import pytest
from PIL import Image, ImageChops
from rftdeck_server.generators import GeneratorError, generate
from rftdeck_server.generators.rows import MadeRow
from rftdeck_server.generators.scenes import TASKS
from rftdeck_server.generators.scenes.canvas import COLOURS, Canvas
from rftdeck_server.generators.scenes.frames import WORDS
from rftdeck_server.generators.scenes.objects import SHAPES, ObjectParams, Thing, draw, scatter

SMALL = {"size": 160}


def made(
    task: str, size: int = 4, seed: int = 1, difficulty: int | None = None, **params: Any
) -> list[MadeRow]:
    return list(generate("synthetic", task, SMALL | params, difficulty=difficulty, size=size, seed=seed))


def identity(row: MadeRow) -> tuple[object, ...]:
    return (row.prompt, row.answer, *row.images, *(frame for video in row.videos for frame in video))


@pytest.mark.parametrize("task", sorted(TASKS))
def test_a_seed_makes_the_same_bytes_and_another_one_others(task: str) -> None:
    rows = made(task)
    assert list(map(identity, rows)) == list(map(identity, made(task)))
    assert not {*map(identity, rows)} & {*map(identity, made(task, seed=2))}
    assert len({*map(identity, rows)}) == len(rows) == 4


@pytest.mark.parametrize("task", sorted(TASKS))
def test_every_level_makes_whole_pictures(task: str) -> None:
    for level in range(len(TASKS[task].levels)):
        for row in made(task, size=2, difficulty=level):
            files = [*row.images, *(frame for video in row.videos for frame in video)]
            assert files
            assert {Image.open(io.BytesIO(file)).size for file in files} == {(160, 160)}
            assert row.prompt.count("<image>") == len(row.images)
            assert row.prompt.count("<video>") == len(row.videos)
            assert row.difficulty == level / (len(TASKS[task].levels) - 1)
            assert row.task_type == task


def test_rows_that_are_known_are_replaced() -> None:
    known = {identity(row) for row in made("counting", size=3)}
    fresh = list(
        generate(
            "synthetic",
            "counting",
            SMALL,
            difficulty=None,
            size=3,
            seed=1,
            skip=lambda row: identity(row) in known,
        )
    )
    assert len(fresh) == 3
    assert not known & {identity(row) for row in fresh}
    none = generate("synthetic", "counting", SMALL, difficulty=None, size=3, seed=1, skip=lambda row: True)
    assert list(none) == []


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", ["small", "large"])
def test_the_box_of_a_thing_is_that_of_its_pixels(shape: Any, size: str) -> None:
    thing = Thing(shape, "blue", size, (101.3, 88.7), {"small": 20.0, "large": 38.0}[size])
    blank = Image.new("RGB", (224, 224), "#FFFFFF")
    canvas = Canvas(224, 224, "#FFFFFF")
    draw(canvas, [thing])
    drawn = Image.open(io.BytesIO(canvas.png()))
    # What is strongly blue is the thing; its shadow is grey.
    saturation = (
        ImageChops.difference(drawn, blank).convert("HSV").getchannel("S").point(lambda s: 255 * (s > 120))
    )
    found = saturation.getbbox()
    assert found is not None
    assert all(abs(a - b) <= 1.5 for a, b in zip(found, thing.box, strict=True)), (found, thing.box)


def named(row: MadeRow, words: str) -> list[int]:
    """Things of the picture that all the words fit."""
    assert row.objects is not None
    asked = set(words.removesuffix(" things").split())
    singular = {word.removesuffix("s") if word.removesuffix("s") in SHAPES else word for word in asked}
    return [n for n, name in enumerate(row.objects["ref"]) if singular - {"thing"} <= set(name.split())]


def test_counting_counts_what_is_there() -> None:
    rows = made("counting", size=100)
    for row in rows:
        asked = row.prompt.removeprefix("<image>How many ").removesuffix(" are in the picture?")
        assert row.answer == str(len(named(row, asked))), row.prompt
    counts = [int(row.answer) for row in rows]
    assert 2 <= counts.count(0) <= 25
    assert max(counts) >= 3


@pytest.mark.parametrize("objects", [2, 8, 24, 40])
def test_all_things_are_there_and_none_touches_another(objects: int) -> None:
    for seed in range(8):
        things = scatter(random.Random(seed), ObjectParams(objects=objects))
        assert len(things) == objects
        for n, a in enumerate(things):
            assert min(a.box) > 0
            assert max(a.box) < 448
            for b in things[:n]:
                (ax1, ay1, ax2, ay2), (bx1, by1, bx2, by2) = a.box, b.box
                assert ax2 < bx1 or bx2 < ax1 or ay2 < by1 or by2 < ay1 or apart(a, b)


def apart(a: Thing, b: Thing) -> bool:
    """Boxes may meet at a corner where the things do not."""
    return (a.centre[0] - b.centre[0]) ** 2 + (a.centre[1] - b.centre[1]) ** 2 > (
        1.27 * (a.radius + b.radius)
    ) ** 2


EXTREMES = {"leftmost": (0, 1), "rightmost": (0, -1), "topmost": (1, 1), "lowest": (1, -1)}
RELATIONS = {"left of": (0, 1), "right of": (0, -1), "above": (1, 1), "below": (1, -1)}


def test_a_referred_thing_is_the_only_one_of_its_words() -> None:
    used = set()
    for row in made("referring_expression", size=80, difficulty=2):
        assert row.objects is not None
        boxes: list[list[int]] = row.objects["bbox"]
        target = boxes.index(json.loads(row.answer))
        words = row.prompt.removeprefix("<image>Give the bounding box of the ").removesuffix(", in pixels.")
        relation = next((name for name in RELATIONS if f" {name} the " in words), None)
        extreme = next((name for name in EXTREMES if words.startswith(name)), None)
        used.add(relation or extreme)

        def centre(n: int, axis: int, boxes: list[list[int]] = boxes) -> float:
            return (boxes[n][axis] + boxes[n][axis + 2]) / 2

        if relation is not None:
            axis, sign = RELATIONS[relation]
            words, _, anchor = words.partition(f" {relation} the ")
            (beside,) = named(row, anchor)
            fitting = [n for n in named(row, words) if sign * centre(n, axis) < sign * centre(beside, axis)]
            assert fitting == [target], row.prompt
        elif extreme is not None:
            axis, sign = EXTREMES[extreme]
            alike = named(row, words.removeprefix(extreme))
            assert min(alike, key=lambda n: sign * centre(n, axis)) == target, row.prompt
        else:
            assert named(row, words) == [target], row.prompt
    assert len(used) >= 7


def test_detection_lists_every_thing_of_the_kind() -> None:
    for row in made("detection", size=20):
        assert row.objects is not None
        gold = json.loads(row.answer)
        label = gold[0]["label"]
        assert [each["bbox_2d"] for each in gold] == [row.objects["bbox"][n] for n in named(row, label)]


def test_charts_say_what_their_table_says() -> None:
    for row in made("chart", size=30):
        table: dict[str, int] = row.extra["table"]
        named = [label for label in table if label in row.prompt]
        values = [table[label] for label in named]
        if "differ" in row.prompt:
            assert row.answer == str(abs(values[0] - values[1]))
        elif "add up" in row.prompt:
            assert row.answer == str(sum(values))
        elif "largest" in row.prompt:
            assert table[row.answer] == max(table.values())
        elif "smallest" in row.prompt:
            assert table[row.answer] == min(table.values())
        elif "larger" in row.prompt:
            assert row.answer == str(sum(value > values[0] for value in table.values()))
        else:
            assert row.answer == str(values[0])


def test_the_ball_is_in_the_field_during_the_interval_and_at_no_other_time() -> None:
    for row in made("temporal_grounding", size=12, difficulty=2):
        words = row.prompt.split()
        ball, field = words[words.index("ball") - 1], words[words.index("field?") - 1]
        start, end = json.loads(row.answer)
        frames = row.videos[0]
        assert len(frames) == row.extra["duration_s"] * row.extra["fps"]
        inside = [
            n / row.extra["fps"] for n, frame in enumerate(frames) if ball_is_inside(frame, ball, field)
        ]
        assert inside == [n / 2 for n in range(int(start * 2), int(end * 2))]


def ball_is_inside(frame: bytes, ball: str, field: str) -> bool:
    """By the pixels: what has the colour of the ball is within what has that of the field."""
    image = Image.open(io.BytesIO(frame)).convert("RGB")
    x1, y1, x2, y2 = box_of(image, ball)
    left, top, right, bottom = box_of(image, field)
    return left < x1 and top < y1 and x2 < right and y2 < bottom


def box_of(image: Image.Image, colour: str) -> tuple[int, int, int, int]:
    flat = Image.new("RGB", image.size, COLOURS[colour])
    box = ImageChops.difference(image, flat).convert("L").point(lambda off: 255 * (off < 4)).getbbox()
    assert box is not None
    return box


def test_video_questions_are_of_all_types_and_need_the_order() -> None:
    rows = made("video_question", size=40, difficulty=2)
    types = {"multiple choice", "numerical", "OCR", "free-form", "regression"}
    assert {row.extra["problem_type"] for row in rows} == types
    for row in rows:
        assert row.solution is not None
        order = row.solution.removeprefix("the ball visits ").split(", ")
        match row.extra["problem_type"]:
            case "free-form":
                assert row.answer == " ".join(order)
            case "numerical":
                assert order[-1 - int(row.answer)] in row.prompt.split()
            case "multiple choice":
                gold = row.extra["options"]["ABCD".index(row.answer)]
                assert order[order.index(gold) - 1] in row.prompt.partition("\n")[0].split()
            case "OCR":
                assert len(row.answer) == len(order)
    assert all(len(set(word)) == len(word) == n for n, words in WORDS.items() for word in words)


def test_words_are_inside_of_their_cards() -> None:
    for row in made("ocr", size=6, difficulty=4):
        assert row.objects is not None
        assert row.answer in row.objects["ref"]
        for n, a in enumerate(row.objects["bbox"]):
            for b in row.objects["bbox"][:n]:
                assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]


def test_a_distance_is_that_of_the_places_by_the_scale_bar() -> None:
    for row in made("numeric_estimate", size=10):
        assert row.objects is not None
        ends = [row.objects["ref"].index(name) for name in row.objects["ref"] if name in row.prompt]
        (x1, y1), (x2, y2) = (row.objects["point"][n] for n in ends)
        in_bars = ((x1 - x2) ** 2 + (y1 - y2) ** 2) ** 0.5 / (160 * 0.2)
        assert any(float(row.answer) == pytest.approx(in_bars * km, rel=0.05) for km in (1, 2, 5, 10, 20))


def test_the_gold_of_a_figure_is_that_of_its_explanation() -> None:
    """The explanation names the labelled numbers; the gold is computed from them once more."""
    for row in made("visual_math", size=60, difficulty=4):
        assert row.solution is not None
        numbers = [int(text) for text in re.findall(r"\d+", row.solution)]
        shown = row.answer.replace("\\frac", "").replace("}{", ")/(").replace("\\pi", "*pi")
        shown = shown.replace("\\sqrt", "*sqrt").replace("{", "(").replace("}", ")").lstrip("*")
        value = float(eval(shown.replace("(*", "("), {"pi": math.pi, "sqrt": math.sqrt}))
        assert value == pytest.approx(expected(row.prompt, numbers)), (row.prompt, row.solution, row.answer)


def expected(question: str, numbers: list[int]) -> float:
    if "area of the triangle" in question:
        return numbers[0] * numbers[1] / 2
    if "side x" in question:
        return math.sqrt(numbers[0] ** 2 + numbers[1] ** 2)
    if "angle x" in question:
        return 180 - numbers[1] - numbers[2]
    if "area of the circle" in question:
        return math.pi * numbers[0] ** 2
    if "circumference" in question:
        return 2 * math.pi * numbers[1]
    if "trapezium" in question:
        return (numbers[0] + numbers[1]) * numbers[2] / 2
    return numbers[0] / numbers[1] * math.pi * numbers[2] ** 2


def test_screens_have_distinct_targets_inside_of_the_picture() -> None:
    actions = set()
    for row in made("gui_step", size=40, difficulty=4):
        gold = json.loads(row.answer)
        x1, y1, x2, y2 = gold["gt_bbox"]
        assert 0 <= x1 < x2 <= 160
        assert 0 <= y1 < y2 <= 160
        assert (gold["action"] in ("type", "scroll")) == bool(gold["input_text"])
        actions.add(gold["action"])
        assert row.objects is not None
        assert len({*row.objects["ref"]}) == len(row.objects["ref"])
    assert actions == {"click", "type", "scroll"}


def test_colours_can_be_told_apart() -> None:
    rgb = {name: [int(code[i : i + 2], 16) for i in (1, 3, 5)] for name, code in COLOURS.items()}
    for a in rgb:
        for b in rgb:
            assert a == b or sum(abs(x - y) for x, y in zip(rgb[a], rgb[b], strict=True)) > 70, (a, b)


@pytest.mark.parametrize(
    ("kind", "task", "params", "difficulty", "path"),
    [
        ("synthetic", "nothing", {}, None, "source.task"),
        ("synthetic", "counting", {"objets": 3}, None, "source.params.objets"),
        ("synthetic", "counting", {"objects": 1}, None, "source.params.objects"),
        ("synthetic", "counting", {}, 9, "source.difficulty"),
        ("reasoning_gym", "nothing", {}, None, "source.task"),
        ("reasoning_gym", "chain_sum", {"min_term": 3}, None, "source.params.min_term"),
        ("reasoning_gym", "chain_sum", {"min_terms": 9, "max_terms": 2}, None, "source.params.max_terms"),
        ("reasoning_gym", "chain_sum", {"min_terms": "many"}, None, "source.params.min_terms"),
        ("reasoning_gym", "spell_backward", {"min_word_len": -3}, None, "source.params.min_word_len"),
        ("reasoning_gym", "codeio", {}, None, "source.task"),
        ("reasoning_gym", "gsm_symbolic", {}, 0, "source.difficulty"),
        ("reasoning_gym", "chain_sum", {}, -1, "source.difficulty"),
        ("synthetic", "counting", {}, -1, "source.difficulty"),
        ("reasoning_gym", "chain_sum", {}, 99, "source.difficulty"),
    ],
)
def test_what_cannot_be_made_names_the_field(
    kind: Any, task: str, params: dict[str, Any], difficulty: int | None, path: str
) -> None:
    with pytest.raises(GeneratorError) as refused:
        list(generate(kind, task, params, difficulty=difficulty, size=1, seed=0))
    assert refused.value.path == path
