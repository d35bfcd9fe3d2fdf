"""Rows that are made here: the gold is exact, and the same seed makes the same bytes."""

import io
import json
import random
from typing import Any

import pytest
from PIL import Image, ImageChops
from rftdeck.rewards import REWARDS, Sample
from rftdeck.rewards.core import Judged
from rftdeck_server.generators import GeneratorError, catalogue, generate, reasoning
from rftdeck_server.generators.rows import MadeRow
from rftdeck_server.generators.scenes import TASKS
from rftdeck_server.generators.scenes.canvas import COLOURS, Canvas
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


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", ["small", "large"])
def test_the_box_of_a_thing_is_that_of_its_pixels(shape: Any, size: str) -> None:
    thing = Thing(shape, "blue", size, (101.3, 88.7), {"small": 20.0, "large": 38.0}[size])
    canvas = Canvas(224, 224, "#FFFFFF")
    blank = Image.open(io.BytesIO(canvas.png()))
    draw(canvas, [thing])
    drawn = Image.open(io.BytesIO(canvas.png()))
    # What is strongly blue is the thing; its shadow is grey.
    saturation = (
        ImageChops.difference(drawn, blank).convert("HSV").getchannel("S").point(lambda s: 255 * (s > 120))
    )
    found = saturation.getbbox()
    assert found is not None
    assert all(abs(a - b) <= 2 for a, b in zip(found, thing.box, strict=True)), (found, thing.box)


def test_counting_counts_what_is_there() -> None:
    for row in made("counting", size=40):
        assert row.objects is not None
        asked = row.prompt.removeprefix("<image>How many ").removesuffix(" are in the picture?")
        words = set(asked.removesuffix("things").removesuffix("s").split())
        words = {word.removesuffix("s") if word.removesuffix("s") in SHAPES else word for word in words}
        count = sum(words <= set(name.split()) for name in row.objects["ref"])
        assert row.answer == str(count), row.prompt


def test_things_never_touch() -> None:
    for seed in range(20):
        things = scatter(random.Random(seed), ObjectParams(objects=24))
        for a in things:
            for b in things:
                if a is not b:
                    (ax1, ay1, ax2, ay2), (bx1, by1, bx2, by2) = a.box, b.box
                    assert ax2 <= bx1 or bx2 <= ax1 or ay2 <= by1 or by2 <= ay1


def test_a_referred_thing_is_the_only_one_of_its_words() -> None:
    for row in made("referring_expression", size=40):
        assert row.objects is not None
        box = json.loads(row.answer)
        name = row.objects["ref"][row.objects["bbox"].index(box)]
        words = row.prompt.removeprefix("<image>Give the bounding box of the ").partition(",")[0].split()
        side = words.pop(0) if words[0] in ("leftmost", "rightmost", "topmost", "lowest") else None
        alike = [n for n, other in enumerate(row.objects["ref"]) if set(words) <= set(other.split())]
        assert set(words) <= set(name.split())
        assert len(alike) == 1 or side is not None
        if side in ("leftmost", "rightmost"):
            centres = [sum(row.objects["bbox"][n][::2]) for n in alike]
            assert sum(box[::2]) == (min if side == "leftmost" else max)(centres)


def test_detection_lists_every_thing_of_the_kind() -> None:
    for row in made("detection", size=20):
        assert row.objects is not None
        gold = json.loads(row.answer)
        label = gold[0]["label"]
        assert len(gold) == sum(label in name.split() for name in row.objects["ref"])


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


def test_intervals_and_stays_add_up() -> None:
    for row in made("temporal_grounding", size=20):
        start, end = json.loads(row.answer)
        assert 0 <= start < end <= row.extra["duration_s"]
        assert len(row.videos[0]) == row.extra["duration_s"] * row.extra["fps"]
    for row in made("video_question", size=30):
        assert row.extra["problem_type"] in ("multiple choice", "numerical", "free-form", "regression")


def test_screens_have_distinct_targets_inside_of_the_picture() -> None:
    for row in made("gui_step", size=20, difficulty=4):
        gold = json.loads(row.answer)
        x1, y1, x2, y2 = gold["gt_bbox"]
        assert 0 <= x1 < x2 <= 160
        assert 0 <= y1 < y2 <= 160
        assert (gold["action"] == "type") == bool(gold["input_text"])


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
        ("reasoning_gym", "chain_sum", {"min_terms": 9, "max_terms": 2}, None, "source.params"),
        ("reasoning_gym", "chain_sum", {}, 99, "source.difficulty"),
    ],
)
def test_what_cannot_be_made_names_the_field(
    kind: Any, task: str, params: dict[str, Any], difficulty: int | None, path: str
) -> None:
    with pytest.raises(GeneratorError) as refused:
        list(generate(kind, task, params, difficulty=difficulty, size=1, seed=0))
    assert refused.value.path == path


# ---- reasoning-gym ---------------------------------------------------------------------------------------------------

SOME = (
    "chain_sum",
    "basic_arithmetic",
    "letter_counting",
    "spell_backward",
    "leg_counting",
    "gcd",
    "base_conversion",
)


def test_reasoning_gym_has_its_tasks_with_params_and_levels() -> None:
    found = {info.task: info for info in reasoning.catalogue()}
    assert len(found) > 90
    assert found["chain_sum"].params["min_terms"] == {"type": "integer", "title": "min terms", "default": 2}
    assert "seed" not in found["chain_sum"].params
    difficulty = found["chain_sum"].difficulty
    assert difficulty is not None
    assert len(difficulty.settings) == difficulty.levels > 1
    assert {info.kind for info in catalogue()} == {"synthetic", "reasoning_gym"}


@pytest.mark.parametrize("task", SOME)
def test_the_gold_of_a_task_is_right_by_its_own_verifier(task: str) -> None:
    rows = list(generate("reasoning_gym", task, {}, difficulty=None, size=3, seed=4))
    again = list(generate("reasoning_gym", task, {}, difficulty=None, size=3, seed=4))
    assert list(map(identity, rows)) == list(map(identity, again))
    for row in rows:
        json.dumps(row.extra)
        sample = Sample(f"<answer>{row.answer}</answer>", row.answer, row=row.extra)
        judged = REWARDS["reasoning_gym"].function(sample)
        assert isinstance(judged, Judged)
        assert judged.score == 1.0


def test_neighbouring_seeds_share_nothing() -> None:
    def prompts(seed: int) -> set[str]:
        return {r.prompt for r in generate("reasoning_gym", "chain_sum", {"min_terms": 5, "max_terms": 6}, difficulty=None, size=50, seed=seed)}  # fmt: skip

    assert not prompts(1) & prompts(2)
