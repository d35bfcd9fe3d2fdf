"""Rendered scenes with exact gold, one task an entry."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from rftdeck.generators import DifficultyInfo, GeneratorInfo

from rftdeck_server.generators.rows import GeneratorError, MadeRow
from rftdeck_server.generators.scenes import (
    charts,
    estimates,
    frames,
    geometry,
    objects,
    questions,
    screens,
    videos,
    words,
)
from rftdeck_server.generators.scenes.params import SceneParams


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
        objects.ObjectParams, questions.counting, objects.OBJECT_LEVELS,
    ),
    "referring_expression": Task(
        "Referring expression", "The box of one thing that is described.",
        objects.ObjectParams, questions.referring_expression, objects.OBJECT_LEVELS,
    ),
    "detection": Task(
        "Detection", "The boxes of all things of a kind.",
        objects.ObjectParams, questions.detection, objects.OBJECT_LEVELS,
    ),
    "multiple_choice": Task(
        "Multiple choice", "Four options about a scene of things.",
        objects.ObjectParams, questions.multiple_choice, objects.OBJECT_LEVELS,
    ),
    "visual_math": Task(
        "Geometry", "Lengths, angles and areas of a drawn figure.",
        geometry.GeometryParams, geometry.visual_math, geometry.GEOMETRY_LEVELS,
    ),
    "ocr": Task(
        "Reading text", "Words on cards and signs.",
        words.WordParams, words.ocr, words.WORD_LEVELS,
    ),
    "chart": Task(
        "Charts", "Values, differences and order of bars and lines.",
        charts.ChartParams, charts.chart, charts.CHART_LEVELS,
    ),
    "numeric_estimate": Task(
        "Distances on a map", "A distance, by the scale bar.",
        estimates.EstimateParams, estimates.numeric_estimate, estimates.ESTIMATE_LEVELS,
    ),
    "gui_step": Task(
        "One step on a screen", "Where to click, what to type, which way to scroll.",
        screens.ScreenParams, screens.gui_step, screens.SCREEN_LEVELS,
    ),
    "temporal_grounding": Task(
        "When does it happen?", "An interval in a short frame sequence.",
        frames.FrameParams, videos.temporal_grounding, frames.FRAME_LEVELS,
    ),
    "video_question": Task(
        "Video questions", "Order, number and duration in a short frame sequence.",
        frames.FrameParams, videos.video_question, frames.FRAME_LEVELS,
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
    """Raises GeneratorError."""
    if name not in TASKS:
        raise GeneratorError("source.task", f"there is no scene {name!r}; there are {', '.join(TASKS)}")
    task = TASKS[name]
    if difficulty is not None and not 0 <= difficulty < len(task.levels):
        raise GeneratorError("source.difficulty", f"{name} has levels 0 to {len(task.levels) - 1}")
    level = {} if difficulty is None else task.levels[difficulty]
    try:
        checked = task.params.model_validate(level | params)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"])
        raise GeneratorError(f"source.params.{path}", first["msg"]) from error
    share = None if difficulty is None else difficulty / (len(task.levels) - 1)
    for number in range(size):
        yield replace(task.make(random.Random(f"{name} {seed} {number}"), checked), difficulty=share)
