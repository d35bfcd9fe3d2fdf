"""Short frame sequences: a ball that travels, and questions that need the order of the frames."""

import json
import random
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from rftdeck_server.generators.rows import MadeRow
from rftdeck_server.generators.scenes.canvas import COLOURS, INK, MUTED, PAPER, Canvas, Point, background
from rftdeck_server.generators.scenes.params import SceneParams

COLUMNS, ROWS = 3, 2


class FrameParams(SceneParams):
    size: Annotated[int, Field(ge=112, le=448)] = 224
    """Pixels of a side of each frame."""
    frames: Annotated[int, Field(ge=4, le=16)] = 8
    fps: Annotated[float, Field(ge=0.5, le=8)] = 2.0
    """Frames a second."""
    rooms: Annotated[int, Field(ge=2, le=6)] = 4
    """Coloured fields that the ball visits."""


FRAME_LEVELS = [
    {"frames": 6, "rooms": 2},
    {"frames": 8, "rooms": 3},
    {"frames": 10, "rooms": 4},
    {"frames": 12, "rooms": 5},
    {"frames": 16, "rooms": 6},
]


@dataclass(frozen=True)
class Story:
    """Which field the ball is in, frame by frame."""

    rooms: list[str]
    """Colours, by place."""
    where: list[int]
    """Field of each frame."""
    ball: str


def _story(rng: random.Random, params: FrameParams) -> Story:
    """The ball stays two frames or more in a field and never comes back to one."""
    rooms = rng.sample(sorted(COLOURS), params.rooms + 1)
    ball = rooms.pop()
    stays = min(params.rooms, params.frames // 2)
    order = rng.sample(range(params.rooms), rng.randint(2, stays) if stays > 2 else 2)
    cuts = sorted(rng.sample(range(1, params.frames // 2), len(order) - 1))
    edges = [0, *(2 * cut for cut in cuts), params.frames]
    where = [room for room, (a, b) in zip(order, pairwise(edges), strict=True) for _ in range(b - a)]
    return Story(rooms, where, ball)


def _draw(rng: random.Random, params: FrameParams, story: Story) -> list[bytes]:
    side = params.size
    paper = background(rng)
    fields = {room: _field(room, side) for room in range(len(story.rooms))}
    frames = []
    for number, room in enumerate(story.where):
        canvas = Canvas(side, side, paper)
        for box in fields.values():
            canvas.shadow(box)
        canvas.cast_shadows()
        for index, box in fields.items():
            canvas.rectangle(box, PAPER, radius=8)
            canvas.rectangle(box, None, radius=8, outline=COLOURS[story.rooms[index]], width=3)
        x1, y1, x2, y2 = fields[room]
        spot: Point = (
            rng.uniform(x1 + side * 0.08, x2 - side * 0.08),
            rng.uniform(y1 + side * 0.08, y2 - side * 0.08),
        )
        canvas.dot((spot[0], spot[1] + 2), side * 0.048, "#C9CEDB")
        canvas.dot(spot, side * 0.048, COLOURS[story.ball])
        canvas.text((side * 0.04, side * 0.06), f"{number / params.fps:.1f} s", side * 0.055, MUTED)
        canvas.text((side * 0.96, side * 0.06), f"{number + 1}/{params.frames}", side * 0.055, INK, "rm")
        frames.append(canvas.png())
    return frames


def _field(index: int, side: float) -> tuple[float, float, float, float]:
    gap = side * 0.045
    width = (side - gap * (COLUMNS + 1)) / COLUMNS
    top = side * 0.12
    height = (side - top - gap * ROWS) / ROWS
    x = gap + (index % COLUMNS) * (width + gap)
    y = top + (index // COLUMNS) * (height + gap)
    return x, y, x + width, y + height


def temporal_grounding(rng: random.Random, params: FrameParams) -> MadeRow:
    story = _story(rng, params)
    room = rng.choice(sorted(set(story.where)))
    first = story.where.index(room)
    last = len(story.where) - story.where[::-1].index(room)
    start, end = first / params.fps, last / params.fps
    return MadeRow(
        prompt=(
            f"<video>When is the ball inside the {story.rooms[room]} field? Give start and end in seconds; "
            f"a frame lasts {1 / params.fps:g} s."
        ),
        answer=json.dumps([round(start, 3), round(end, 3)]),
        answer_type="interval",
        task_type="temporal_grounding",
        videos=[_draw(rng, params, story)],
        solution=f"in frames {first + 1} to {last}",
        extra={"fps": params.fps, "duration_s": params.frames / params.fps},
    )


def video_question(rng: random.Random, params: FrameParams) -> MadeRow:
    story = _story(rng, params)
    visited = [room for n, room in enumerate(story.where) if n == 0 or story.where[n - 1] != room]
    names = [story.rooms[room] for room in visited]
    question, answer, kind, options = rng.choice([_which_next, _how_many, _how_long, _what_colour])(
        rng, story, names, params
    )
    lines = "".join(f"\n{letter}. {option}" for letter, option in zip("ABCD", options, strict=False))
    types = {"multiple choice": "choice", "free-form": "text"}
    return MadeRow(
        prompt=f"<video>{question}{lines}",
        answer=answer,
        answer_type=types.get(kind, "number"),
        task_type="video_question",
        videos=[_draw(rng, params, story)],
        solution=f"the ball visits {', '.join(names)}",
        extra={"problem_type": kind, "fps": params.fps} | ({"options": options} if options else {}),
    )


Asked = tuple[str, str, str, list[str]]
"""Question, gold, problem type as Video-R1 names it, options."""


def _which_next(rng: random.Random, story: Story, names: list[str], params: FrameParams) -> Asked:
    place = rng.randrange(len(names) - 1)
    right = names[place + 1]
    wrong = [colour for colour in sorted(COLOURS) if colour != right and colour != names[place]]
    options = [right, *rng.sample(wrong, 3)]
    rng.shuffle(options)
    question = f"Into which field does the ball go right after the {names[place]} one?"
    return question, "ABCD"[options.index(right)], "multiple choice", options


def _how_many(rng: random.Random, story: Story, names: list[str], params: FrameParams) -> Asked:
    return "How many different fields does the ball visit?", str(len(names)), "numerical", []


def _how_long(rng: random.Random, story: Story, names: list[str], params: FrameParams) -> Asked:
    room = rng.choice(sorted(set(story.where)))
    seconds = story.where.count(room) / params.fps
    question = f"For how many seconds is the ball in the {story.rooms[room]} field? A frame lasts {1 / params.fps:g} s."
    return question, f"{seconds:g}", "regression", []


def _what_colour(rng: random.Random, story: Story, names: list[str], params: FrameParams) -> Asked:
    return "Name the fields in the order in which the ball visits them.", " ".join(names), "free-form", []
