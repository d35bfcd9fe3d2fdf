"""Words on signs and cards: reading text."""

import random
from typing import Annotated

from pydantic import Field

from rftdeck_server.generators.rows import MadeRow
from rftdeck_server.generators.scenes.canvas import (
    COLOURS,
    INK,
    MUTED,
    PAPER,
    Box,
    Canvas,
    background,
    rounded,
)
from rftdeck_server.generators.scenes.params import SceneParams

FIRST = (
    "quiet", "golden", "northern", "little", "paper", "silver", "morning", "hidden", "slow", "bright", "velvet", "open",
    "wild", "copper", "summer", "distant", "royal", "gentle", "lucky", "frozen",
)  # fmt: skip
SECOND = (
    "harbour", "garden", "bakery", "library", "station", "orchard", "museum", "bridge", "theatre", "market", "lantern",
    "meadow", "workshop", "kitchen", "observatory", "river", "tailor", "cinema", "forest", "lighthouse",
)  # fmt: skip
NOTES = (
    "open daily",
    "since 1924",
    "second floor",
    "mind the step",
    "fresh today",
    "please knock",
    "all welcome",
)
LIGHT = frozenset({"yellow"})
"""Colours on which white cannot be read."""


class WordParams(SceneParams):
    cards: Annotated[int, Field(ge=1, le=6)] = 3
    """Cards in the picture, of which one is asked for."""
    words: Annotated[int, Field(ge=1, le=4)] = 2
    """Words on a card."""


WORD_LEVELS = [
    {"cards": 1, "words": 1},
    {"cards": 1, "words": 2},
    {"cards": 3, "words": 2},
    {"cards": 4, "words": 3},
    {"cards": 6, "words": 4},
]


def ocr(rng: random.Random, params: WordParams) -> MadeRow:
    canvas = Canvas(params.size, params.size, background(rng))
    colours = rng.sample(sorted(COLOURS), params.cards)
    boxes = _places(params.cards, params.size)
    texts = [_words(rng, params.words) for _ in range(params.cards)]
    painted = rng.random() < 0.5
    for box in boxes:
        canvas.shadow(box)
    for box, colour, text in zip(boxes, colours, texts, strict=True):
        (_sign if painted else _card)(canvas, box, colour, text, rng.choice(NOTES))
    chosen = rng.randrange(params.cards)
    noun = "sign" if painted else "card"
    which = f"the {colours[chosen]} sign" if painted else f"the card with the {colours[chosen]} edge"
    return MadeRow(
        prompt=f"<image>What is written in large letters on {f'the {noun}' if params.cards == 1 else which}?",
        answer=texts[chosen],
        answer_type="text",
        task_type="ocr",
        images=[canvas.png()],
        objects={"bbox": [rounded(box) for box in boxes], "ref": texts, "point": []},
    )


def _places(n: int, side: float) -> list[Box]:
    gap = side * 0.05
    columns = 1 if n <= 3 else 2
    lines = -(-n // columns)
    width = (side - gap * (columns + 1)) / columns
    height = min(side * 0.36, (side - gap * (lines + 1)) / lines)
    top = (side - lines * height - (lines - 1) * gap) / 2
    corners = [(gap + (width + gap) * (k % columns), top + (height + gap) * (k // columns)) for k in range(n)]
    return [(x, y, x + width, y + height) for x, y in corners]


def _card(canvas: Canvas, box: Box, colour: str, text: str, note: str) -> None:
    """White, with a coloured edge on the left."""
    edge = canvas.width * 0.022
    canvas.rectangle(box, COLOURS[colour], radius=8)
    canvas.rectangle((box[0] + edge, box[1], box[2], box[3]), PAPER, radius=6)
    _write(canvas, (box[0] + edge, *box[1:]), text, INK, note, MUTED)


def _sign(canvas: Canvas, box: Box, colour: str, text: str, note: str) -> None:
    """Painted, with a fine frame."""
    ink = INK if colour in LIGHT else PAPER
    inset = canvas.width * 0.014
    canvas.rectangle(box, COLOURS[colour], radius=10)
    frame = (box[0] + inset, box[1] + inset, box[2] - inset, box[3] - inset)
    canvas.rectangle(frame, None, radius=7, outline=ink, width=1)
    _write(canvas, box, text, ink, note, ink)


def _write(canvas: Canvas, box: Box, text: str, ink: str, note: str, note_ink: str) -> None:
    """The text in one line or two, whichever is the larger, and the note under it."""
    x1, y1, x2, y2 = box
    width, height, middle = x2 - x1, y2 - y1, (x1 + x2) / 2
    size, lines = max(
        (
            min(height * 0.52 / len(lines), *(0.84 * width / canvas.text_width(line, 1) for line in lines)),
            lines,
        )
        for lines in _breaks(text)
    )
    size = min(size, height * 0.27)
    note_size = min(canvas.width * 0.032, height * 0.13)
    pitch = size * 1.16
    top = (y1 + y2 - pitch * len(lines) - note_size * 1.7) / 2
    for n, line in enumerate(lines):
        canvas.text((middle, top + pitch * (n + 0.5)), line, size, ink, "mm")
    canvas.text((middle, top + pitch * len(lines) + note_size * 1.2), note, note_size, note_ink, "mm")


def _breaks(text: str) -> list[list[str]]:
    words = text.split()
    return [[text], *([" ".join(words[:n]), " ".join(words[n:])] for n in range(1, len(words)))]


def _words(rng: random.Random, n: int) -> str:
    words = [*rng.sample(FIRST, n - 1), rng.choice(SECOND)]
    return " ".join(word.capitalize() if rng.random() < 0.8 else word.upper() for word in words)
