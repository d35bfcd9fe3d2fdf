"""Rendered scenes with exact gold, one task an entry."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from rftdeck.generators import DifficultyInfo, GeneratorInfo

from rftdeck_server.generators.rows import GeneratorError, MadeRow
from rftdeck_server.generators.scenes import charts, estimates, frames, geometry, objects, screens, words
from rftdeck_server.generators.scenes.params import SceneParams

MAX_REPEATS = 200
"""Drawings in a row that stood before; then there are no more to be had."""


@dataclass(frozen=True)
class Task:
    title: str
    summary: str
    params: type[SceneParams]
    make: Callable[[random.Random, Any], MadeRow]
    levels: list[dict[str, Any]]


TASKS: dict[str, Task] = {
    "counting": Task(
        "Counting", "How many things of a colour, shape or size?",
        objects.ObjectParams, objects.counting, objects.OBJECT_LEVELS,
    ),
    "referring_expression": Task(
        "Referring expression", "The box of one thing that is described.",
        objects.ObjectParams, objects.referring_expression, objects.OBJECT_LEVELS,
    ),
    "detection": Task(
        "Detection", "The boxes of all things of a kind.",
        objects.ObjectParams, objects.detection, objects.OBJECT_LEVELS,
    ),
    "multiple_choice": Task(
        "Multiple choice", "Four options about a scene of things.",
        objects.ObjectParams, objects.multiple_choice, objects.OBJECT_LEVELS,
    ),
    "visual_math": Task(
        "Geometry", "Lengths, angles and areas of a drawn figure.",
        geometry.GeometryParams, geometry.visual_math, geometry.GEOMETRY_LEVELS,
    ),
    "ocr": Task(
        "Reading text", "Words on a card.",
        words.WordParams, words.ocr, words.WORD_LEVELS,
    ),
    "chart": Task(
        "Charts", "Values, differences and sums of bars and lines.",
        charts.ChartParams, charts.chart, charts.CHART_LEVELS,
    ),
    "numeric_estimate": Task(
        "Distances on a map", "A distance, by the scale bar.",
        estimates.EstimateParams, estimates.numeric_estimate, estimates.ESTIMATE_LEVELS,
    ),
    "gui_step": Task(
        "One step on a screen", "Where to click, or what to type.",
        screens.ScreenParams, screens.gui_step, screens.SCREEN_LEVELS,
    ),
    "temporal_grounding": Task(
        "When does it happen?", "An interval in a short frame sequence.",
        frames.FrameParams, frames.temporal_grounding, frames.FRAME_LEVELS,
    ),
    "video_question": Task(
        "Video questions", "Order, number and duration in a short frame sequence.",
        frames.FrameParams, frames.video_question, frames.FRAME_LEVELS,
    ),
}  # fmt: skip
"""Name → task; the names are those of the recipes."""


def catalogue() -> list[GeneratorInfo]:
    return [
        GeneratorInfo(
            kind="synthetic",
            task=name,
            title=task.title,
            summary=task.summary,
            params=task.params.model_json_schema()["properties"],
            difficulty=DifficultyInfo(levels=len(task.levels), settings=task.levels),
            recipe=name,
        )
        for name, task in TASKS.items()
    ]


def generate(
    name: str, params: dict[str, Any], difficulty: int | None, size: int, seed: int
) -> Iterator[MadeRow]:
    """Rows without repeats, fewer than `size` when there are no more. Raises GeneratorError before the first."""
    if name not in TASKS:
        raise GeneratorError("source.task", f"there is no scene {name!r}; there are {', '.join(TASKS)}")
    task = TASKS[name]
    if difficulty is not None and difficulty >= len(task.levels):
        raise GeneratorError("source.difficulty", f"{name} has levels 0 to {len(task.levels) - 1}")
    level = {} if difficulty is None else task.levels[difficulty]
    try:
        checked = task.params.model_validate(level | params)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"])
        raise GeneratorError(f"source.params.{path}", first["msg"]) from error
    return _rows(name, task, checked, difficulty, size, seed)


def _rows(
    name: str, task: Task, params: SceneParams, difficulty: int | None, size: int, seed: int
) -> Iterator[MadeRow]:
    share = None if difficulty is None else difficulty / (len(task.levels) - 1)
    seen: set[int] = set()
    made = repeats = number = 0
    while made < size and repeats < MAX_REPEATS:
        row = task.make(random.Random(f"{name} {seed} {number}"), params)
        number += 1
        key = hash((row.prompt, *row.images, *(frame for video in row.videos for frame in video)))
        if key in seen:
            repeats += 1
            continue
        seen.add(key)
        made, repeats = made + 1, 0
        yield replace(row, difficulty=share)
