"""Bar and line charts with exact numbers."""

import random
from typing import Annotated, Literal

from pydantic import Field

from rftdeck_server.generators.rows import MadeRow
from rftdeck_server.generators.scenes.canvas import (
    COLOURS,
    INK,
    LINE,
    MUTED,
    PAPER,
    Canvas,
    Point,
    background,
)
from rftdeck_server.generators.scenes.params import SceneParams

TOPICS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Visitors", "thousands", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")),
    ("Rain", "mm", ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug")),
    ("Bread sold", "loaves", ("Rye", "Wheat", "Oat", "Spelt", "Corn", "Malt")),
    ("Bicycles counted", "per hour", ("6 am", "8 am", "10 am", "12 pm", "2 pm", "4 pm", "6 pm")),
    ("Books lent", "hundreds", ("Art", "Maths", "Travel", "Fiction", "History", "Music")),
    ("Trees planted", "per year", ("2018", "2019", "2020", "2021", "2022", "2023", "2024")),
)


class ChartParams(SceneParams):
    points: Annotated[int, Field(ge=3, le=8)] = 5
    """Bars, or points of the line."""
    labels: bool = False
    """Write the values into the chart."""
    largest: Annotated[int, Field(ge=10, le=500)] = 60


CHART_LEVELS = [
    {"points": 3, "labels": True, "largest": 20},
    {"points": 4, "labels": True, "largest": 40},
    {"points": 5, "labels": False, "largest": 40},
    {"points": 6, "labels": False, "largest": 60},
    {"points": 8, "labels": False, "largest": 100},
]


def chart(rng: random.Random, params: ChartParams) -> MadeRow:
    title, unit, all_labels = rng.choice(
        [topic for topic in TOPICS if len(topic[2]) >= min(params.points, 6)]
    )
    labels = all_labels[: params.points]
    top = -(-params.largest // 10) * 10
    step = _tick(top)
    unique = rng.sample(range(step // 2 or 1, top + 1), len(labels))
    # Without written values a person can read halves of a tick, and so must the gold.
    values = unique if params.labels else _readable(rng, len(labels), top, step)
    kind: Literal["bar", "line"] = rng.choice(["bar", "line"])
    question, answer, solution = _ask(rng, list(labels), values, title)
    canvas = Canvas(params.size, params.size, background(rng))
    _draw(
        canvas,
        kind,
        (title, unit),
        list(labels),
        values,
        top,
        step,
        rng.choice(sorted(COLOURS)),
        params.labels,
    )
    return MadeRow(
        prompt=f"<image>{question}",
        answer=answer,
        answer_type="number" if answer.isdigit() else "text",
        task_type="chart",
        images=[canvas.png()],
        solution=solution,
        extra={"table": dict(zip(labels, values, strict=True))},
    )


def _ask(rng: random.Random, labels: list[str], values: list[int], title: str) -> tuple[str, str, str]:
    a, b = rng.sample(range(len(labels)), 2)
    match rng.randrange(6):
        case 0:
            return f"What is the value for {labels[a]}?", str(values[a]), f"{labels[a]}: {values[a]}"
        case 1:
            gap = abs(values[a] - values[b])
            return (
                f"By how much do {labels[a]} and {labels[b]} differ?",
                str(gap),
                f"{values[a]} and {values[b]} differ by {gap}",
            )
        case 2:
            best = labels[values.index(max(values))]
            return "Which one has the largest value?", best, f"{best}: {max(values)}"
        case 3:
            least = labels[values.index(min(values))]
            return "Which one has the smallest value?", least, f"{least}: {min(values)}"
        case 4:
            more = [label for label, value in zip(labels, values, strict=True) if value > values[a]]
            return (
                f"How many have a larger value than {labels[a]}?",
                str(len(more)),
                ", ".join(more) or "none",
            )
        case _:
            total = values[a] + values[b]
            return f"What do {labels[a]} and {labels[b]} add up to?", str(total), f"{values[a]} + {values[b]}"


def _draw(
    canvas: Canvas, kind: str, title: tuple[str, str], labels: list[str], values: list[int], top: int, step: int, colour: str, written: bool
) -> None:  # fmt: skip
    side = canvas.width
    card = (side * 0.04, side * 0.04, side * 0.96, side * 0.96)
    canvas.shadow(card)
    canvas.rectangle(card, PAPER, radius=10)
    canvas.text((side * 0.09, side * 0.1), title[0], side * 0.042, INK)
    canvas.text((side * 0.09, side * 0.148), title[1], side * 0.029, MUTED)
    left, right, high, low = side * 0.15, side * 0.91, side * 0.225, side * 0.85
    for tick in range(0, top + 1, step):
        y = low - (low - high) * tick / top
        canvas.line([(left, y), (right, y)], LINE, 1)
        canvas.text((left - side * 0.015, y), str(tick), side * 0.027, MUTED, "rm")
    pitch = (right - left) / len(labels)
    places: list[Point] = [
        (left + pitch * (n + 0.5), low - (low - high) * value / top) for n, value in enumerate(values)
    ]
    for (x, y), label in zip(places, labels, strict=True):
        if kind == "bar":
            canvas.rectangle(
                (x - pitch * 0.3, y, x + pitch * 0.3, low), COLOURS[colour], radius=min(4, pitch * 0.1)
            )
        canvas.text((x, low + side * 0.03), label, min(side * 0.029, pitch * 0.32), MUTED, "mm")
    if kind == "line":
        canvas.line(places, COLOURS[colour], 2.5)
        for place in places:
            canvas.dot(place, side * 0.013, COLOURS[colour])
            canvas.dot(place, side * 0.006, PAPER)
    canvas.line([(left, low), (right, low)], MUTED, 1.3)
    if written:
        for (x, y), value in zip(places, values, strict=True):
            above = (x, y - side * (0.022 if kind == "bar" else 0.036))
            canvas.text(above, str(value), side * 0.031, INK, "mm", halo=PAPER)


def _tick(top: int) -> int:
    return next(step for step in (2, 4, 5, 10, 20, 25, 50, 100) if top // step <= 6)


def _readable(rng: random.Random, n: int, top: int, step: int) -> list[int]:
    half = step // 2 if step % 2 == 0 else step
    return rng.sample(range(half, top + 1, half), n)
