"""Scenes of simple things on a table."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from rftdeck_server.generators.scenes.canvas import COLOURS, Box, Canvas, Point, background, rounded
from rftdeck_server.generators.scenes.params import SceneParams

Shape = Literal["circle", "square", "triangle", "star", "diamond", "hexagon"]
SHAPES: tuple[Shape, ...] = ("circle", "square", "triangle", "star", "diamond", "hexagon")
SIZES = {"small": 0.055, "large": 0.1}
"""Half the height of a thing among ROOMY others, as a share of the image."""
ROOMY = 11
GAP = 0.015
"""Least room between two things, as a share of the image."""


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
    """As many things as are asked for. They keep apart and are the smaller the more there are."""
    colours = rng.sample(sorted(COLOURS), params.colours)
    shapes = rng.sample(SHAPES, params.shapes)
    scale = params.size * min(1.35, math.sqrt(ROOMY / params.objects))
    while True:
        # Large ones first: small ones still find room between them.
        sizes = sorted(rng.choice(sorted(SIZES)) for _ in range(params.objects))
        things: list[Thing] = []
        for size in sizes:
            centre = _free_place(rng, SIZES[size] * scale, things, params.size)
            if centre is None:
                break
            things.append(Thing(rng.choice(shapes), rng.choice(colours), size, centre, SIZES[size] * scale))
        if len(things) == params.objects:
            rng.shuffle(things)
            return things
        scale *= 0.95


def _free_place(rng: random.Random, radius: float, things: Sequence[Thing], side: float) -> Point | None:
    margin = radius * 1.05 + 0.03 * side
    for _ in range(80):
        x, y = rng.uniform(margin, side - margin), rng.uniform(margin, side - margin)
        # The corners of a square reach 1.27 radii.
        if all(
            math.hypot(x - other.centre[0], y - other.centre[1]) > (radius + other.radius) * 1.27 + GAP * side
            for other in things
        ):
            return x, y
    return None


def draw(canvas: Canvas, things: Sequence[Thing]) -> None:
    for thing in things:
        drop = thing.radius * 0.18
        if thing.shape == "circle":
            canvas.shadow(thing.box, drop, round_=True)
        else:
            canvas.shadow_of(thing.outline, drop)
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
