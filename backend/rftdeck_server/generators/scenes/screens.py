"""Screens of a made-up program: one step of an instruction."""

import json
import random
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from rftdeck_server.generators.rows import MadeRow
from rftdeck_server.generators.scenes.canvas import (
    COLOURS,
    INK,
    LINE,
    MUTED,
    PAPER,
    Box,
    Canvas,
    background,
    rounded,
)
from rftdeck_server.generators.scenes.params import SceneParams

GROUND, SIDE_GROUND, FAINT = "#F1F3F7", "#F8F9FB", "#B4BCCB"
SECTIONS = (
    "Inbox",
    "Calendar",
    "Photos",
    "Music",
    "Reports",
    "Orders",
    "People",
    "Settings",
    "Archive",
    "Drafts",
)
BUTTONS = ("Save", "Share", "Print", "Export", "Delete", "Refresh", "New item", "Undo")
ITEMS = (
    "Invoice 204",
    "Trip to Lisbon",
    "Weekly notes",
    "Budget draft",
    "Team photo",
    "Reading list",
    "Meeting plan",
    "Recipe box",
)
TOGGLES = ("Dark mode", "Notifications", "Location", "Auto save", "Sync", "Sounds")
QUERIES = (
    "blue shoes",
    "train times",
    "green tea",
    "city map",
    "paper clips",
    "winter coat",
    "guitar strings",
)
FIELDS: dict[str, tuple[str, ...]] = {
    "Name": ("Ada Byron", "Emmy Noether", "Carl Gauss"),
    "City": ("Lisbon", "Oslo", "Kyoto"),
    "Email": ("ada@example.org", "emmy@example.org", "carl@example.org"),
    "Phone": ("555 0142", "555 0178", "555 0191"),
}
DETAILS = ("today", "yesterday", "2 days ago", "last week", "12 KB", "3 MB", "new", "shared")


class ScreenParams(SceneParams):
    sections: Annotated[int, Field(ge=2, le=8)] = 4
    """Entries of the side bar."""
    buttons: Annotated[int, Field(ge=1, le=4)] = 2
    fields: Annotated[int, Field(ge=0, le=2)] = 1
    """Text fields, besides that of the search."""
    items: Annotated[int, Field(ge=1, le=6)] = 3
    """Rows of the list."""
    toggles: Annotated[int, Field(ge=0, le=3)] = 1


SCREEN_LEVELS = [
    {"sections": 2, "buttons": 1, "fields": 0, "items": 3, "toggles": 0},
    {"sections": 3, "buttons": 2, "fields": 0, "items": 3, "toggles": 1},
    {"sections": 5, "buttons": 3, "fields": 1, "items": 4, "toggles": 1},
    {"sections": 7, "buttons": 3, "fields": 1, "items": 4, "toggles": 2},
    {"sections": 8, "buttons": 4, "fields": 2, "items": 4, "toggles": 3},
]


@dataclass(frozen=True)
class _Step:
    instruction: str
    box: Box
    action: str = "click"
    text: str = ""


def gui_step(rng: random.Random, params: ScreenParams) -> MadeRow:
    side = params.size
    canvas = Canvas(side, side, background(rng))
    window = (side * 0.03, side * 0.035, side * 0.97, side * 0.955)
    canvas.shadow(window, side * 0.008)
    canvas.rectangle(window, PAPER, radius=side * 0.024)
    accent = COLOURS[rng.choice(["blue", "purple", "teal", "green", "orange"])]
    top, split = window[1] + side * 0.085, window[0] + side * 0.27
    steps = _side_bar(rng, canvas, (window[0], top, split, window[3]), accent, params)
    steps += _title_bar(rng, canvas, window)
    y, left, right = top + side * 0.03, split + side * 0.03, window[2] - side * 0.03
    steps += _buttons(rng, canvas, (left, y, right, y + side * 0.065), accent, params.buttons)
    y += side * 0.09
    for name in rng.sample(sorted(FIELDS), params.fields):
        steps.append(_text_field(rng, canvas, (left, y, right, y + side * 0.065), name))
        y += side * 0.082
    foot = window[3] - side * (0.02 + 0.075 * params.toggles)
    height = min(side * 0.082 * params.items, foot - y - side * 0.015)
    steps += _list(rng, canvas, (left, y, right, y + height), params.items)
    y += height + side * 0.015
    for name in rng.sample(TOGGLES, params.toggles):
        steps.append(_toggle(rng, canvas, (left, y, right, y + side * 0.075), name, accent))
        y += side * 0.075
    step = rng.choice(steps)
    gold = {"action": step.action, "gt_bbox": rounded(step.box), "input_text": step.text}
    return MadeRow(
        prompt=f"<image>{step.instruction} Which action is the next one?",
        answer=json.dumps(gold),
        answer_type="action",
        task_type="gui_step",
        images=[canvas.png()],
        objects={
            "bbox": [rounded(each.box) for each in steps],
            "ref": [each.instruction for each in steps],
            "point": [],
        },
        extra={"image_size": [side, side]},
    )


def _title_bar(rng: random.Random, canvas: Canvas, window: Box) -> list[_Step]:
    side = canvas.width
    x1, y1, x2, _ = window
    canvas.line([(x1, y1 + side * 0.085), (x2, y1 + side * 0.085)], LINE, 1)
    for n, colour in enumerate(("red", "yellow", "green")):
        canvas.dot((x1 + side * (0.035 + 0.035 * n), y1 + side * 0.043), side * 0.011, COLOURS[colour])
    box = (x1 + side * 0.3, y1 + side * 0.016, x2 - side * 0.03, y1 + side * 0.069)
    canvas.rectangle(box, GROUND, radius=side * 0.014)
    x, y, lens = box[0] + side * 0.028, (box[1] + box[3]) / 2 - side * 0.002, side * 0.0095
    canvas.ellipse((x - lens, y - lens, x + lens, y + lens), outline=MUTED, width=side * 0.003)
    canvas.line([(x + lens * 0.7, y + lens * 0.7), (x + lens * 1.7, y + lens * 1.7)], MUTED, side * 0.003)
    canvas.text((box[0] + side * 0.055, (box[1] + box[3]) / 2), "Search", side * 0.028, MUTED)
    query = rng.choice(QUERIES)
    return [
        _Step(f"Search for '{query}': type it into the search field.", box, "type", query),
        _Step("Activate the search field.", box),
    ]


def _side_bar(rng: random.Random, canvas: Canvas, box: Box, accent: str, params: ScreenParams) -> list[_Step]:
    side = canvas.width
    x1, y1, x2, y2 = box
    radius = side * 0.024
    canvas.rectangle(box, SIDE_GROUND, radius=radius)
    # Only the corner at the bottom left is that of the window.
    canvas.rectangle((x1, y1, x2, y2 - radius), SIDE_GROUND)
    canvas.rectangle((x1 + radius, y1, x2, y2), SIDE_GROUND)
    canvas.line([(x2, y1), (x2, y2)], LINE, 1)
    steps = []
    height = side * 0.068
    active = rng.randrange(params.sections)
    for n, name in enumerate(rng.sample(SECTIONS, params.sections)):
        y = y1 + side * 0.025 + n * (height + side * 0.012)
        entry = (x1 + side * 0.02, y, x2 - side * 0.02, y + height)
        ink = INK
        if n == active:
            canvas.rectangle(entry, accent, radius=side * 0.014)
            ink = PAPER
        mark, half = (entry[0] + side * 0.03, y + height / 2), side * 0.009
        canvas.rectangle(
            (mark[0] - half, mark[1] - half, mark[0] + half, mark[1] + half),
            PAPER if n == active else MUTED,
            radius=half / 2,
        )
        canvas.text((entry[0] + side * 0.06, y + height / 2), name, side * 0.029, ink)
        steps.append(_Step(f"Go to {name}.", entry))
    return steps


def _buttons(rng: random.Random, canvas: Canvas, box: Box, accent: str, n: int) -> list[_Step]:
    """The first one stands out."""
    side = canvas.width
    gap = side * 0.02
    width = min((box[2] - box[0] - gap * (n - 1)) / n, side * 0.19)
    steps = []
    for k, name in enumerate(rng.sample(BUTTONS, n)):
        x = box[0] + k * (width + gap)
        button = (x, box[1], x + width, box[3])
        if k == 0:
            canvas.rectangle(button, accent, radius=side * 0.014)
        else:
            canvas.rectangle(button, PAPER, radius=side * 0.014, outline=LINE, width=1)
        size = min(side * 0.028, width * 0.84 / canvas.text_width(name, 1.0))
        middle = (x + width / 2, (box[1] + box[3]) / 2)
        canvas.text(middle, name, size, PAPER if k == 0 else INK, "mm")
        steps.append(_Step(f"Press {name}.", button))
    return steps


def _text_field(rng: random.Random, canvas: Canvas, box: Box, name: str) -> _Step:
    side = canvas.width
    y = (box[1] + box[3]) / 2
    canvas.text((box[0], y), name, side * 0.029, INK)
    entry = (box[0] + side * 0.13, box[1] + side * 0.004, box[2], box[3] - side * 0.004)
    canvas.rectangle(entry, PAPER, radius=side * 0.014, outline=LINE, width=1)
    canvas.text((entry[0] + side * 0.02, y), f"Enter {name.lower()}", side * 0.027, FAINT)
    text = rng.choice(FIELDS[name])
    return _Step(f"Type '{text}' into the field {name}.", entry, "type", text)


def _list(rng: random.Random, canvas: Canvas, box: Box, n: int) -> list[_Step]:
    """Rows between fine lines, and a scroll bar that shows in which direction there are more."""
    side = canvas.width
    x1, y1, x2, y2 = box
    canvas.rectangle(box, PAPER, radius=side * 0.018, outline=LINE, width=1)
    bar, row = x2 - side * 0.016, (y2 - y1) / n
    steps = []
    for k, name in enumerate(rng.sample(ITEMS, n)):
        top = y1 + k * row
        middle = top + row / 2
        if k:
            canvas.line([(x1 + side * 0.015, top), (bar - side * 0.015, top)], LINE, 1)
        canvas.dot(
            (x1 + side * 0.037, middle), min(row * 0.22, side * 0.016), COLOURS[rng.choice(sorted(COLOURS))]
        )
        size = min(side * 0.029, row * 0.45)
        canvas.text((x1 + side * 0.07, middle), name, size, INK)
        canvas.text((bar - side * 0.02, middle), rng.choice(DETAILS), size * 0.85, MUTED, "rm")
        steps.append(_Step(f"Open '{name}'.", (x1, top, bar - side * 0.01, top + row)))
    at_top = rng.random() < 0.5
    reach = (y2 - y1) * 0.45
    start = y1 + side * 0.014 if at_top else y2 - side * 0.014 - reach
    canvas.rectangle(
        (bar - side * 0.005, start, bar + side * 0.005, start + reach), FAINT, radius=side * 0.005
    )
    way = "down" if at_top else "up"
    return [*steps, _Step("Look at the rest of the list, which is out of sight: scroll.", box, "scroll", way)]


def _toggle(rng: random.Random, canvas: Canvas, box: Box, name: str, accent: str) -> _Step:
    side = canvas.width
    on = rng.random() < 0.5
    y = (box[1] + box[3]) / 2
    canvas.text((box[0], y), name, side * 0.029, INK)
    half = side * 0.022
    switch = (box[2] - half * 4, y - half, box[2], y + half)
    canvas.rectangle(switch, accent if on else "#C8CEDA", radius=half)
    canvas.dot((switch[2] - half if on else switch[0] + half, y), side * 0.017, PAPER)
    return _Step(f"Switch {name} {'off' if on else 'on'}.", switch)
