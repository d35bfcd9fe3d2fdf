"""Scenes of simple things on a table: counting, referring, detecting, choosing."""

import json
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from rftdeck_server.generators.rows import MadeRow
from rftdeck_server.generators.scenes.canvas import COLOURS, Box, Canvas, Point, background, rounded
from rftdeck_server.generators.scenes.params import SceneParams

Shape = Literal["circle", "square", "triangle", "star", "diamond", "hexagon"]
SHAPES: tuple[Shape, ...] = ("circle", "square", "triangle", "star", "diamond", "hexagon")
SIZES = {"small": 0.045, "large": 0.085}
"""Half the height of a thing, as a share of the image."""
GAP = 0.02


class ObjectParams(SceneParams):
    objects: Annotated[int, Field(ge=2, le=40)] = 8
    """Things in the picture."""
    colours: Annotated[int, Field(ge=2, le=8)] = 5
    """Different colours."""
    shapes: Annotated[int, Field(ge=1, le=6)] = 4
    """Different shapes."""


OBJECT_LEVELS = [
    {"objects": 4, "colours": 3, "shapes": 2},
    {"objects": 7, "colours": 4, "shapes": 3},
    {"objects": 11, "colours": 5, "shapes": 4},
    {"objects": 16, "colours": 6, "shapes": 5},
    {"objects": 24, "colours": 8, "shapes": 6},
]


@dataclass(frozen=True)
class Thing:
    shape: Shape
    colour: str
    size: str
    centre: Point
    radius: float

    @property
    def name(self) -> str:
        return f"{self.size} {self.colour} {self.shape}"

    @property
    def kind(self) -> str:
        return f"{self.colour} {self.shape}"

    @property
    def outline(self) -> list[Point]:
        """Corners; empty for a circle."""
        x, y = self.centre
        return [(x + self.radius * dx, y + self.radius * dy) for dx, dy in _CORNERS[self.shape]]

    @property
    def box(self) -> Box:
        if self.shape == "circle":
            x, y = self.centre
            return x - self.radius, y - self.radius, x + self.radius, y + self.radius
        xs, ys = zip(*self.outline, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


def _regular(n: int, start: float, inner: float | None = None) -> list[Point]:
    """Unit corners, the first at `start` degrees; with `inner` every second one lies on the smaller radius."""
    steps = n * 2 if inner is not None else n
    return [
        (
            (inner if inner is not None and step % 2 else 1.0)
            * math.cos(math.radians(start + 360 * step / steps)),
            (inner if inner is not None and step % 2 else 1.0)
            * math.sin(math.radians(start + 360 * step / steps)),
        )
        for step in range(steps)
    ]


_CORNERS: dict[Shape, list[Point]] = {
    "circle": [],
    "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
    "triangle": [(0.0, -1.0), (0.98, 0.75), (-0.98, 0.75)],
    "star": _regular(5, -90, 0.45),
    "diamond": [(0.0, -1.05), (0.8, 0.0), (0.0, 1.05), (-0.8, 0.0)],
    "hexagon": _regular(6, 0),
}


def scatter(rng: random.Random, params: ObjectParams) -> list[Thing]:
    """Things that do not touch; fewer than asked for when no room is left."""
    colours = rng.sample(sorted(COLOURS), params.colours)
    shapes = rng.sample(SHAPES, params.shapes)
    things: list[Thing] = []
    for _ in range(params.objects):
        for _try in range(60):
            size = rng.choice(sorted(SIZES))
            radius = SIZES[size] * params.size
            margin = radius + 0.03 * params.size
            centre = (rng.uniform(margin, params.size - margin), rng.uniform(margin, params.size - margin))
            if all(
                math.dist(centre, other.centre) > (radius + other.radius) * 1.3 + GAP * params.size
                for other in things
            ):
                things.append(Thing(rng.choice(shapes), rng.choice(colours), size, centre, radius))
                break
    return things


def draw(canvas: Canvas, things: Sequence[Thing]) -> None:
    for thing in things:
        drop = thing.radius * 0.18
        if thing.shape == "circle":
            canvas.shadow(thing.box, drop, round_=True)
        else:
            canvas.shadow_of(thing.outline, drop)
    canvas.cast_shadows()
    for thing in things:
        fill = COLOURS[thing.colour]
        if thing.shape == "circle":
            canvas.ellipse(thing.box, fill)
        elif thing.shape == "square":
            canvas.rectangle(thing.box, fill, radius=thing.radius * 0.14)
        else:
            canvas.polygon(thing.outline, fill)


def picture(rng: random.Random, params: ObjectParams, things: Sequence[Thing]) -> bytes:
    canvas = Canvas(params.size, params.size, background(rng))
    draw(canvas, things)
    return canvas.png()


def describe(things: Sequence[Thing]) -> dict[str, object]:
    return {
        "bbox": [rounded(thing.box) for thing in things],
        "ref": [thing.name for thing in things],
        "point": [],
    }


READINGS: tuple[Callable[[Thing], str], ...] = (
    lambda thing: thing.shape,
    lambda thing: thing.colour,
    lambda thing: thing.kind,
    lambda thing: thing.name,
)
"""What can be asked for of a thing."""


# ---- tasks ------------------------------------------------------------------------------------------------------


def counting(rng: random.Random, params: ObjectParams) -> MadeRow:
    things = scatter(rng, params)
    read = rng.choice(READINGS)
    names = sorted({read(thing) for thing in things})
    asked = rng.choice(names)
    if rng.random() < 0.08:  # sometimes there is none
        asked = f"{rng.choice(sorted(COLOURS))} {rng.choice(SHAPES)}"
        count = sum(thing.kind == asked for thing in things)
    else:
        count = sum(read(thing) == asked for thing in things)
    noun = f"{asked} things" if asked in COLOURS else f"{asked}s"
    return MadeRow(
        prompt=f"<image>How many {noun} are in the picture?",
        answer=str(count),
        answer_type="number",
        task_type="counting",
        images=[picture(rng, params, things)],
        objects=describe(things),
    )


def referring_expression(rng: random.Random, params: ObjectParams) -> MadeRow:
    things = scatter(rng, params)
    target, text = _refer(rng, things)
    return MadeRow(
        prompt=f"<image>Give the bounding box of {text}, in pixels.",
        answer=json.dumps(rounded(target.box)),
        answer_type="box",
        task_type="referring_expression",
        images=[picture(rng, params, things)],
        objects=describe(things),
        extra={"image_size": [params.size, params.size]},
    )


def _refer(rng: random.Random, things: Sequence[Thing]) -> tuple[Thing, str]:
    """A thing, and words that fit no other one."""
    for target in rng.sample(things, len(things)):
        for name in (target.shape, target.kind, target.name):
            alike = [other for other in things if name in (other.shape, other.kind, other.name)]
            if len(alike) == 1:
                return target, f"the {name}"
            for word, key in _SIDES:
                ordered = sorted(alike, key=key)
                clear = abs(key(ordered[0]) - key(ordered[1])) > target.radius
                if ordered[0] is target and clear:
                    return target, f"the {word} {name}"
    target = min(things, key=lambda thing: thing.centre)
    return target, "the thing that is furthest to the left"


_SIDES: tuple[tuple[str, Callable[[Thing], float]], ...] = (
    ("leftmost", lambda thing: thing.centre[0]),
    ("rightmost", lambda thing: -thing.centre[0]),
    ("topmost", lambda thing: thing.centre[1]),
    ("lowest", lambda thing: -thing.centre[1]),
)


def detection(rng: random.Random, params: ObjectParams) -> MadeRow:
    things = scatter(rng, params)
    read = rng.choice(READINGS[:2])
    asked = rng.choice(sorted({read(thing) for thing in things}))
    found = [thing for thing in things if read(thing) == asked]
    noun = f"all {asked} things" if asked in COLOURS else f"all {asked}s"
    return MadeRow(
        prompt=f"<image>Find {noun}. Give their boxes in pixels, each labelled `{asked}`.",
        answer=json.dumps([{"bbox_2d": rounded(thing.box), "label": asked} for thing in found]),
        answer_type="boxes",
        task_type="detection",
        images=[picture(rng, params, things)],
        objects=describe(things),
        extra={"image_size": [params.size, params.size]},
    )


def multiple_choice(rng: random.Random, params: ObjectParams) -> MadeRow:
    things = scatter(rng, params)
    question, right, wrong = rng.choice([_which_colour, _what_is_missing, _which_is_there])(rng, things)
    options = [right, *wrong[:3]]
    rng.shuffle(options)
    letters = "ABCD"
    lines = "\n".join(f"{letter}. {option}" for letter, option in zip(letters, options, strict=False))
    return MadeRow(
        prompt=f"<image>{question}\n{lines}",
        answer=letters[options.index(right)],
        answer_type="choice",
        task_type="multiple_choice",
        images=[picture(rng, params, things)],
        objects=describe(things),
        extra={"options": options},
    )


def _which_colour(rng: random.Random, things: Sequence[Thing]) -> tuple[str, str, list[str]]:
    for word, key in rng.sample(_SIDES, len(_SIDES)):
        first, second = sorted(things, key=key)[:2]
        if abs(key(first) - key(second)) > 6:
            return (
                f"What colour is the {word} thing?",
                first.colour,
                _others(rng, first.colour, sorted(COLOURS)),
            )
    return _what_is_missing(rng, things)


def _what_is_missing(rng: random.Random, things: Sequence[Thing]) -> tuple[str, str, list[str]]:
    there = sorted({thing.kind for thing in things})
    missing = [
        f"{colour} {shape}"
        for colour in sorted(COLOURS)
        for shape in SHAPES
        if f"{colour} {shape}" not in there
    ]
    if len(there) < 3:
        return _which_is_there(rng, things)
    return "Which of these is not in the picture?", rng.choice(missing), rng.sample(there, 3)


def _which_is_there(rng: random.Random, things: Sequence[Thing]) -> tuple[str, str, list[str]]:
    there = sorted({thing.kind for thing in things})
    missing = [
        f"{colour} {shape}"
        for colour in sorted(COLOURS)
        for shape in SHAPES
        if f"{colour} {shape}" not in there
    ]
    return "Which of these is in the picture?", rng.choice(there), rng.sample(missing, 3)


def _others(rng: random.Random, right: str, all_: Sequence[str]) -> list[str]:
    return rng.sample([item for item in all_ if item != right], 3)
