"""Short frame sequences: a ball that visits coloured fields."""

import math
import random
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from rftdeck_server.generators.scenes.canvas import COLOURS, MUTED, PAPER, Box, Canvas, Point, background
from rftdeck_server.generators.scenes.params import SceneParams

LETTERS = "ABCDEFGHIJKLMNOPRSTUVWY"
WORDS = {
    2: ("GO", "UP", "SO", "BY", "WE", "IT"),
    3: ("SUN", "MAP", "ICE", "OAK", "FOG", "RYE"),
    4: ("LAKE", "BIRD", "WIND", "FERN", "GOLD", "MINT"),
    5: ("STONE", "CLOUD", "RIVET", "PLUMS", "HOUSE", "WHARF"),
    6: ("GARDEN", "BRIDGE", "PLANET", "SILVER", "COBALT", "MARKET"),
}
"""Number of letters → words without a letter twice."""


class FrameParams(SceneParams):
    size: Annotated[int, Field(ge=112, le=448)] = 224
    """Pixels of a side of each frame."""
    frames: Annotated[int, Field(ge=4, le=16)] = 8
    fps: Annotated[float, Field(ge=0.5, le=8)] = 2.0
    """Frames a second."""
    rooms: Annotated[int, Field(ge=2, le=6)] = 4
    """Coloured fields, of which the ball visits two or more."""


FRAME_LEVELS = [
    {"frames": 6, "rooms": 2},
    {"frames": 8, "rooms": 3},
    {"frames": 10, "rooms": 4},
    {"frames": 12, "rooms": 5},
    {"frames": 16, "rooms": 6},
]


@dataclass(frozen=True)
class Story:
    """Which field the ball is in, frame by frame. It stays two frames or more and never comes back."""

    rooms: list[str]
    """Colours, by place."""
    letters: list[str]
    """A letter a field; those of the visited ones spell a word in the order of the visits."""
    where: list[int]
    """Field of each frame."""
    visits: list[int]
    """Fields in the order of the visits."""
    ball: str


def tell(rng: random.Random, params: FrameParams) -> Story:
    *rooms, ball = rng.sample(sorted(COLOURS), params.rooms + 1)
    visits = rng.sample(range(params.rooms), rng.randint(2, min(params.rooms, params.frames // 2)))
    # Each visit takes two frames; the others are dealt out.
    lengths = [2] * len(visits)
    for _ in range(params.frames - sum(lengths)):
        lengths[rng.randrange(len(lengths))] += 1
    where = [room for room, length in zip(visits, lengths, strict=True) for _ in range(length)]
    word = rng.choice(WORDS[len(visits)])
    letters = rng.sample([letter for letter in LETTERS if letter not in word], params.rooms)
    for room, letter in zip(visits, word, strict=True):
        letters[room] = letter
    return Story(rooms, letters, where, visits, ball)


def film(rng: random.Random, params: FrameParams, story: Story) -> list[bytes]:
    """PNG files. Nothing in a frame tells its time."""
    side = params.size
    paper = background(rng)
    fields = _fields(len(story.rooms), side)
    radius = side * 0.052
    frames = []
    for spot in _path(rng, story, fields, radius):
        canvas = Canvas(side, side, paper)
        for box in fields:
            canvas.shadow(box, 1.5)
        for box, colour, letter in zip(fields, story.rooms, story.letters, strict=True):
            canvas.rectangle(box, COLOURS[colour], radius=9)
            inset = side * 0.016
            canvas.rectangle(
                (box[0] + inset, box[1] + inset, box[2] - inset, box[3] - inset), PAPER, radius=6
            )
            canvas.text((box[0] + side * 0.055, box[1] + side * 0.065), letter, side * 0.06, MUTED, "mm")
        canvas.dot((spot[0], spot[1] + 1.5), radius, "#D3D7E2")
        canvas.dot(spot, radius, COLOURS[story.ball])
        frames.append(canvas.png())
    return frames


def _fields(n: int, side: float) -> list[Box]:
    """One row of two or three, or two rows; in the middle of the picture."""
    columns = {2: 2, 3: 3, 4: 2, 5: 3, 6: 3}[n]
    rows = -(-n // columns)
    gap = side * 0.05
    width = (side - gap * (columns + 1)) / columns
    height = min((side - gap * (rows + 1)) / rows, width * 1.6)
    top = (side - rows * height - (rows - 1) * gap) / 2
    boxes = []
    for index in range(n):
        row = index // columns
        in_row = min(columns, n - row * columns)
        left = (side - in_row * width - (in_row - 1) * gap) / 2
        x, y = left + (index % columns) * (width + gap), top + row * (height + gap)
        boxes.append((x, y, x + width, y + height))
    return boxes


def _path(rng: random.Random, story: Story, fields: list[Box], radius: float) -> list[Point]:
    """The centre of the ball, frame by frame: in each field it rolls from one spot to another one."""
    path: list[Point] = []
    edges = [0, *(n for n in range(1, len(story.where)) if story.where[n] != story.where[n - 1])]
    for first, last in pairwise([*edges, len(story.where)]):
        box = fields[story.where[first]]
        start, end = _spot(rng, box, radius), _spot(rng, box, radius)
        while math.dist(start, end) < radius:
            end = _spot(rng, box, radius)
        for n in range(last - first):
            share = n / (last - first - 1)
            path.append((start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share))
    return path


def _spot(rng: random.Random, box: Box, radius: float) -> Point:
    """Wholly inside, below the letter."""
    edge = radius * 1.5
    return rng.uniform(box[0] + edge, box[2] - edge), rng.uniform(box[1] + radius * 3.2, box[3] - edge)
