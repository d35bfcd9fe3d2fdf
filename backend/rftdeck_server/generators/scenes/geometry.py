"""Figures of school geometry with labelled lengths and angles: visual math."""

import math
import random
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from rftdeck_server.generators.rows import MadeRow
from rftdeck_server.generators.scenes.canvas import INK, MUTED, Canvas, Point, background
from rftdeck_server.generators.scenes.params import SceneParams

TINTS = ("#DCE8FB", "#E4F3EA", "#FBE9DC", "#EEE4F7", "#FBF1CF")
EDGE = "#3B4A6B"


class GeometryParams(SceneParams):
    figures: Annotated[int, Field(ge=1, le=5)] = 3
    """Kinds of figures, from right triangles on: angles, circles, trapezia, sectors."""
    largest: Annotated[int, Field(ge=5, le=60)] = 15
    """Largest length."""


GEOMETRY_LEVELS = [
    {"figures": 1, "largest": 9},
    {"figures": 2, "largest": 12},
    {"figures": 3, "largest": 18},
    {"figures": 4, "largest": 30},
    {"figures": 5, "largest": 50},
]


def visual_math(rng: random.Random, params: GeometryParams) -> MadeRow:
    make = rng.choice(_FIGURES[: params.figures])
    canvas = Canvas(params.size, params.size, background(rng))
    question, answer, solution = make(rng, canvas, params.largest, rng.choice(TINTS))
    return MadeRow(
        prompt=f"<image>{question}",
        answer=answer,
        answer_type="number" if answer.isdigit() else "latex",
        task_type="visual_math",
        images=[canvas.png()],
        solution=solution,
    )


Told = tuple[str, str, str]
"""Question, gold, explanation."""


def _right_triangle(rng: random.Random, canvas: Canvas, largest: int, tint: str) -> Told:
    a, b = rng.randint(2, largest), rng.randint(2, largest)
    scale = canvas.width * 0.58 / max(a, b)
    width, height = max(a * scale, canvas.width * 0.2), max(b * scale, canvas.width * 0.2)
    left, bottom = (canvas.width - width) / 2, (canvas.height + height) / 2
    corner, right, top = (left, bottom), (left + width, bottom), (left, bottom - height)
    _figure(canvas, [corner, right, top], tint)
    mark = canvas.width * 0.035
    canvas.line([(left + mark, bottom), (left + mark, bottom - mark), (left, bottom - mark)], EDGE, 1.5)
    _label(canvas, ((left + right[0]) / 2, bottom + canvas.width * 0.05), str(a))
    _label(canvas, (left - canvas.width * 0.05, (bottom + top[1]) / 2), str(b))
    if rng.random() < 0.5:
        area = Fraction(a * b, 2)
        return "What is the area of the triangle?", _latex(area), f"half of {a} times {b}"
    _label(
        canvas,
        ((left + right[0]) / 2 + canvas.width * 0.05, (bottom + top[1]) / 2 - canvas.width * 0.04),
        "x",
    )
    return "How long is the side x?", _root(a * a + b * b), f"the root of {a}² + {b}² = {a * a + b * b}"


def _angles(rng: random.Random, canvas: Canvas, largest: int, tint: str) -> Told:
    a, b = rng.randint(35, 80), rng.randint(35, 70)
    base = canvas.width * 0.68
    left, bottom = (canvas.width - base) / 2, canvas.height * 0.74
    reach = base * math.sin(math.radians(b)) / math.sin(math.radians(a + b))
    top = (left + reach * math.cos(math.radians(a)), bottom - reach * math.sin(math.radians(a)))
    corners: list[Point] = [(left, bottom), (left + base, bottom), top]
    if top[1] < canvas.height * 0.1:  # a high one: a lower base
        return _angles(rng, canvas, largest, tint)
    _figure(canvas, corners, tint)
    radius = canvas.width * 0.075
    canvas.arc(corners[0], radius, 360 - a, 360, MUTED)
    canvas.arc(corners[1], radius, 180, 180 + b, MUTED)
    for corner, degrees, text in ((corners[0], -a / 2, f"{a}°"), (corners[1], 180 + b / 2, f"{b}°")):
        at = math.radians(degrees)
        _label(
            canvas, (corner[0] + radius * 1.75 * math.cos(at), corner[1] + radius * 1.55 * math.sin(at)), text
        )
    _label(canvas, (top[0], top[1] - canvas.width * 0.045), "x")
    return "How many degrees has the angle x?", str(180 - a - b), f"180 - {a} - {b}"


def _circle(rng: random.Random, canvas: Canvas, largest: int, tint: str) -> Told:
    r = rng.randint(2, largest)
    centre, radius = (canvas.width / 2, canvas.height / 2), canvas.width * 0.31
    canvas.ellipse(
        (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius), tint, EDGE, 2
    )
    canvas.line([centre, (centre[0] + radius, centre[1])], EDGE, 1.5)
    canvas.dot(centre, 3, EDGE)
    _label(canvas, (centre[0] + radius / 2, centre[1] - canvas.width * 0.035), str(r))
    if rng.random() < 0.5:
        return "What is the area of the circle? Keep π.", rf"{r * r}\pi", f"π times {r}²"
    return "What is the circumference of the circle? Keep π.", rf"{2 * r}\pi", f"2 π times {r}"


def _trapezium(rng: random.Random, canvas: Canvas, largest: int, tint: str) -> Told:
    a, h = rng.randint(6, max(7, largest)), rng.randint(2, largest)
    c = rng.randint(2, a - 2)
    width, top, height = canvas.width * 0.7, canvas.width * 0.7 * max(0.3, c / a), canvas.height * 0.38
    left, bottom = (canvas.width - width) / 2, (canvas.height + height) / 2
    shift = (width - top) * 0.4
    _figure(
        canvas,
        [
            (left, bottom),
            (left + width, bottom),
            (left + shift + top, bottom - height),
            (left + shift, bottom - height),
        ],
        tint,
    )
    foot = left + shift + top * 0.5
    for step in range(0, 10, 2):
        canvas.line(
            [(foot, bottom - height * step / 10), (foot, bottom - height * (step + 1) / 10)], MUTED, 1.3
        )
    _label(canvas, (left + width / 2, bottom + canvas.width * 0.05), str(a))
    _label(canvas, (left + shift + top / 2, bottom - height - canvas.width * 0.045), str(c))
    _label(canvas, (foot + canvas.width * 0.04, bottom - height / 2), str(h))
    area = Fraction((a + c) * h, 2)
    return "What is the area of the trapezium?", _latex(area), f"({a} + {c}) times {h} by 2"


def _sector(rng: random.Random, canvas: Canvas, largest: int, tint: str) -> Told:
    r, degrees = rng.randint(2, largest), rng.choice([30, 45, 60, 90, 120, 135, 150])
    centre, radius = (canvas.width * 0.5, canvas.height * 0.62), canvas.width * 0.36
    start = 270 - degrees / 2
    rim = [
        (centre[0] + radius * math.cos(math.radians(start + degrees * k / 60)),
         centre[1] + radius * math.sin(math.radians(start + degrees * k / 60)))
        for k in range(61)
    ]  # fmt: skip
    _figure(canvas, [centre, *rim], tint)
    canvas.arc(centre, canvas.width * 0.07, start, start + degrees, MUTED)
    _label(canvas, (centre[0], centre[1] - canvas.width * 0.115), f"{degrees}°")
    side = (
        (centre[0] + rim[0][0]) / 2 - canvas.width * 0.04,
        (centre[1] + rim[0][1]) / 2 + canvas.width * 0.03,
    )
    _label(canvas, side, str(r))
    area = Fraction(r * r * degrees, 360)
    return "What is the area of the sector? Keep π.", _times_pi(area), f"{degrees}/360 of π times {r}²"


_FIGURES = (_right_triangle, _angles, _circle, _trapezium, _sector)


def _figure(canvas: Canvas, corners: list[Point], tint: str) -> None:
    canvas.polygon(corners, tint, EDGE, 2)


def _label(canvas: Canvas, at: Point, text: str) -> None:
    canvas.text(at, text, canvas.width * 0.042, INK, "mm")


def _latex(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    return rf"\frac{{{value.numerator}}}{{{value.denominator}}}"


def _times_pi(value: Fraction) -> str:
    if value.denominator == 1:
        return rf"{value.numerator}\pi"
    return rf"\frac{{{value.numerator}\pi}}{{{value.denominator}}}"


def _root(square: int) -> str:
    """The square root, simplified."""
    outside, inside = 1, square
    for factor in range(int(square**0.5), 1, -1):
        if square % (factor * factor) == 0:
            outside, inside = factor, square // (factor * factor)
            break
    if inside == 1:
        return str(outside)
    return rf"{outside if outside > 1 else ''}\sqrt{{{inside}}}"
