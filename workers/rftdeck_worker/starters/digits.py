"""Digit sums: two or three handwritten digits (scikit-learn's) in one image, and their sum."""

import io
import random
from functools import cache
from typing import Any

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

PROMPT = "sum?"
TRAIN_ROWS, HELDOUT_ROWS = 6_000, 400
SIZE = 64
"""Pixels of a side; four cells of 32 × 32."""
SEEN_HANDWRITING = 1_400
"""Of scikit-learn's 1,797 digits; the rest are for the held-out images alone."""


def make_rows() -> dict[str, list[dict[str, Any]]]:
    """Split → rows of prompt, image (PNG bytes), answer and digits. No image stands twice."""
    order = np.random.RandomState(0).permutation(len(_handwriting().images))
    return {
        "train": _rows(TRAIN_ROWS, order[:SEEN_HANDWRITING], seed=1),
        "heldout": _rows(HELDOUT_ROWS, order[SEEN_HANDWRITING:], seed=999),
    }


@cache
def _handwriting() -> Any:
    return load_digits()


def _rows(size: int, pool: np.ndarray[Any, Any], seed: int) -> list[dict[str, Any]]:
    rng, seen = random.Random(seed), set()
    rows: list[dict[str, Any]] = []
    while len(rows) < size:
        image, digits = _draw(rng, pool)
        if image not in seen:
            seen.add(image)
            rows.append({"prompt": PROMPT, "image": image, "answer": str(sum(digits)), "digits": digits})
    return rows


def _draw(rng: random.Random, pool: np.ndarray[Any, Any]) -> tuple[bytes, list[int]]:
    data = _handwriting()
    canvas, digits = np.zeros((SIZE, SIZE), np.uint8), []
    for cell in sorted(rng.sample(range(4), rng.choice([2, 3]))):
        index = pool[rng.randrange(len(pool))]
        digit = Image.fromarray((data.images[index] * 15.9).astype(np.uint8)).resize(
            (32, 32), Image.Resampling.BILINEAR
        )
        top, left = cell // 2 * 32, cell % 2 * 32
        canvas[top : top + 32, left : left + 32] = np.asarray(digit)
        digits.append(int(data.target[index]))
    png = io.BytesIO()
    Image.fromarray(canvas).convert("RGB").save(png, "PNG")
    return png.getvalue(), digits


def trace(digits: list[int], reads: bool) -> str:
    """`<think>3+4</think><answer>7</answer>`, or the same with an empty thought."""
    thought = "+".join(map(str, digits)) if reads else ""
    return f"<think>{thought}</think><answer>{sum(digits)}</answer>"
