"""Screens of a made-up program: one step of an instruction."""

import json
import random
from dataclasses import dataclass, field
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


class ScreenParams(SceneParams):
    sections: Annotated[int, Field(ge=2, le=8)] = 4
    """Entries of the side bar."""
    buttons: Annotated[int, Field(ge=1, le=4)] = 2
    items: Annotated[int, Field(ge=1, le=6)] = 3
    """Rows of the list."""
    toggles: Annotated[int, Field(ge=0, le=3)] = 1


SCREEN_LEVELS = [
    {"sections": 2, "buttons": 1, "items": 1, "toggles": 0},
    {"sections": 3, "buttons": 2, "items": 2, "toggles": 1},
    {"sections": 5, "buttons": 3, "items": 3, "toggles": 1},
    {"sections": 7, "buttons": 3, "items": 4, "toggles": 2},
    {"sections": 8, "buttons": 4, "items": 5, "toggles": 3},
]


@dataclass
class _Screen:
    """What can be touched: (instruction, box, action, text)."""

    steps: list[tuple[str, Box, str, str]] = field(default_factory=list)

    def add(self, instruction: str, box: Box, action: str = "click", text: str = "") -> None:
        self.steps.append((instruction, box, action, text))


def gui_step(rng: random.Random, params: ScreenParams) -> MadeRow:
    side = params.size
    canvas = Canvas(side, side, background(rng))
    window = (side * 0.03, side * 0.04, side * 0.97, side * 0.96)
    canvas.shadow(window, 4)
    canvas.cast_shadows()
    canvas.rectangle(window, PAPER, radius=10)
    accent = COLOURS[rng.choice(["blue", "purple", "teal", "green", "orange"])]
    screen = _Screen()
    _title_bar(rng, canvas, window, screen)
    body = (window[0], window[1] + side * 0.085, window[2], window[3])
    split = body[0] + side * 0.27
    _side_bar(rng, canvas, (body[0], body[1], split, body[3]), accent, params, screen)
    content = (split + side * 0.03, body[1] + side * 0.03, body[2] - side * 0.03, body[3] - side * 0.02)
    _content(rng, canvas, content, accent, params, screen)
    instruction, box, action, text = rng.choice(screen.steps)
    gold = {"action": action, "gt_bbox": rounded(box), "input_text": text}
    return MadeRow(
        prompt=f"<image>{instruction} Which action is the next one?",
        answer=json.dumps(gold),
        answer_type="action",
        task_type="gui_step",
        images=[canvas.png()],
        objects={
            "bbox": [rounded(each) for _, each, _, _ in screen.steps],
            "ref": [told for told, _, _, _ in screen.steps],
            "point": [],
        },
        extra={"image_size": [side, side]},
    )


def _title_bar(rng: random.Random, canvas: Canvas, window: Box, screen: _Screen) -> None:
    side = canvas.width
    x1, y1, x2, _ = window
    bottom = y1 + side * 0.085
    canvas.line([(x1, bottom), (x2, bottom)], LINE, 1)
    for n, colour in enumerate(("red", "yellow", "green")):
        canvas.dot((x1 + side * (0.035 + 0.035 * n), y1 + side * 0.043), side * 0.011, COLOURS[colour])
    box = (x1 + side * 0.33, y1 + side * 0.018, x2 - side * 0.03, y1 + side * 0.068)
    canvas.rectangle(box, "#F1F3F7", radius=6)
    centre = (box[0] + side * 0.025, (box[1] + box[3]) / 2)
    canvas.ellipse((centre[0] - 4, centre[1] - 4, centre[0] + 3, centre[1] + 3), outline=MUTED, width=1.2)
    canvas.line([(centre[0] + 2, centre[1] + 2), (centre[0] + 5, centre[1] + 5)], MUTED, 1.2)
    canvas.text((box[0] + side * 0.05, centre[1]), "Search", side * 0.027, MUTED)
    query = rng.choice(QUERIES)
    screen.add(f"Type '{query}' into the search field.", box, "type", query)
    screen.add("Activate the search field.", box)


def _side_bar(
    rng: random.Random, canvas: Canvas, box: Box, accent: str, params: ScreenParams, screen: _Screen
) -> None:
    side = canvas.width
    canvas.rectangle((box[0], box[1], box[2], box[3]), "#F8F9FB", radius=0)
    canvas.line([(box[2], box[1]), (box[2], box[3])], LINE, 1)
    height = side * 0.068
    active = rng.randrange(params.sections)
    for n, name in enumerate(rng.sample(SECTIONS, params.sections)):
        y = box[1] + side * 0.025 + n * (height + side * 0.012)
        entry = (box[0] + side * 0.02, y, box[2] - side * 0.02, y + height)
        if n == active:
            canvas.rectangle(entry, accent, radius=6)
        canvas.rectangle(
            (entry[0] + 8, y + height / 2 - 4, entry[0] + 16, y + height / 2 + 4),
            PAPER if n == active else MUTED,
            radius=2,
        )
        canvas.text(
            (entry[0] + side * 0.06, y + height / 2), name, side * 0.029, PAPER if n == active else INK
        )
        screen.add(f"Go to {name}.", entry)


def _content(
    rng: random.Random, canvas: Canvas, box: Box, accent: str, params: ScreenParams, screen: _Screen
) -> None:
    side = canvas.width
    x, y = box[0], box[1]
    gap = side * 0.02
    width = (box[2] - box[0] - gap * (params.buttons - 1)) / params.buttons
    width = min(width, side * 0.2)
    for n, name in enumerate(rng.sample(BUTTONS, params.buttons)):
        button = (x + n * (width + gap), y, x + n * (width + gap) + width, y + side * 0.065)
        canvas.rectangle(
            button, accent if n == 0 else PAPER, radius=6, outline=None if n == 0 else LINE, width=1
        )
        size = min(side * 0.028, (width - 8) / max(1.0, canvas.text_width(name, 1.0)))
        middle = ((button[0] + button[2]) / 2, (button[1] + button[3]) / 2)
        canvas.text(middle, name, size, PAPER if n == 0 else INK, "mm")
        screen.add(f"Press {name}.", button)
    y += side * 0.105
    row = min(side * 0.085, (box[3] - y - side * 0.09 * params.toggles) / max(1, params.items) - side * 0.012)
    for name in rng.sample(ITEMS, params.items):
        entry = (x, y, box[2], y + row)
        canvas.rectangle(entry, PAPER, radius=6, outline=LINE, width=1)
        canvas.dot((x + row * 0.5, y + row / 2), row * 0.22, COLOURS[rng.choice(sorted(COLOURS))])
        canvas.text((x + row, y + row / 2), name, min(side * 0.029, row * 0.45), INK)
        screen.add(f"Open '{name}'.", entry)
        y += row + side * 0.012
    for name in rng.sample(TOGGLES, params.toggles):
        on = rng.random() < 0.5
        canvas.text((x, y + side * 0.04), name, side * 0.029, INK)
        switch = (box[2] - side * 0.095, y + side * 0.018, box[2], y + side * 0.062)
        canvas.rectangle(switch, accent if on else "#C8CEDA", radius=side * 0.022)
        knob = switch[2] - side * 0.022 if on else switch[0] + side * 0.022
        canvas.dot((knob, (switch[1] + switch[3]) / 2), side * 0.017, PAPER)
        screen.add(f"Switch {name} {'off' if on else 'on'}.", switch)
        y += side * 0.078
