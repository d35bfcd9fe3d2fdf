"""Words on signs and cards: reading text."""

import random
from typing import Annotated

from pydantic import Field

from rftdeck_server.generators.rows import MadeRow
from rftdeck_server.generators.scenes.canvas import (
    COLOURS,
    INK,
    LINE,
    MUTED,
    PAPER,
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
    side, gap = params.size, params.size * 0.05
    columns = 1 if params.cards <= 3 else 2
    lines = -(-params.cards // columns)
    width = (side - gap * (columns + 1)) / columns
    height = min(side * 0.26, (side - gap * (lines + 1)) / lines)
    top = (side - lines * height - (lines - 1) * gap) / 2
    places = [
        (gap + (width + gap) * (n % columns), top + (height + gap) * (n // columns))
        for n in range(params.cards)
    ]
    boxes = [(x, y, x + width, y + height) for x, y in places]
    for box in boxes:
        canvas.shadow(box)
    canvas.cast_shadows()
    texts = [_words(rng, params.words) for _ in range(params.cards)]
    for box, colour, text in zip(boxes, colours, texts, strict=True):
        canvas.rectangle(box, PAPER, radius=8, outline=LINE, width=1)
        canvas.rectangle((box[0], box[1], box[0] + width * 0.03 + 4, box[3]), COLOURS[colour], radius=4)
        size = min(height * 0.3, width * 0.86 / max(1.0, canvas.text_width(text, 1.0)))
        centre = ((box[0] + box[2]) / 2 + width * 0.02, (box[1] + box[3]) / 2)
        canvas.text((centre[0], centre[1] - height * 0.08), text, size, INK, "mm")
        canvas.text(
            (centre[0], centre[1] + height * 0.24),
            rng.choice(NOTES),
            min(size * 0.5, height * 0.13),
            MUTED,
            "mm",
        )
    chosen = rng.randrange(params.cards)
    which = "the card" if params.cards == 1 else f"the card with the {colours[chosen]} edge"
    return MadeRow(
        prompt=f"<image>What is written in large letters on {which}?",
        answer=texts[chosen],
        answer_type="text",
        task_type="ocr",
        images=[canvas.png()],
        objects={"bbox": [rounded(box) for box in boxes], "ref": texts, "point": []},
    )


def _words(rng: random.Random, n: int) -> str:
    words = [rng.choice(FIRST) for _ in range(n - 1)] + [rng.choice(SECOND)]
    return " ".join(word.capitalize() if rng.random() < 0.8 else word.upper() for word in words)
