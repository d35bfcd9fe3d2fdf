"""Boxes: reading them, comparing them, and matching predicted ones with those of the gold."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rftdeck.rewards.reading import as_number, read_json

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pixels, x1 ≤ x2 and y1 ≤ y2."""

_KEYS = ("bbox_2d", "bbox", "box", "position", "gt_bbox")
_PART = r"\s*+([+-]?\d++(?:\.\d++)?+)\s*+"
_BOX = re.compile(rf"\[{_PART},{_PART},{_PART},{_PART}\]")
_NOTHING = frozenset({"none", "no objects"})
MAX_CONFIDENT = 100
"""Predictions of a label that average precision looks at, as COCO's evaluation does (maxDets)."""


@dataclass(frozen=True, slots=True)
class Detected:
    box: Box
    label: str | None = None
    confidence: float = 1.0


def as_box(value: Any) -> Box | None:
    """Four numbers of a usable size, with the corners put in order; None for anything else."""
    if not isinstance(value, list | tuple) or len(value) != 4:
        return None
    numbers = [as_number(item) for item in value]
    if any(number is None for number in numbers):
        return None
    x1, y1, x2, y2 = (number for number in numbers if number is not None)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def first_box(text: str) -> Box | None:
    """The first `[x1, y1, x2, y2]` in a text, in whatever it is nested; None without one."""
    found = _BOX.search(text)
    return None if found is None else as_box([float(part) for part in found.groups()])


def area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def overlap(a: Box, b: Box) -> float:
    """Intersection over union, 0 to 1; 0 for two boxes without any area."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    common = max(0.0, width) * max(0.0, height)
    union = area(a) + area(b) - common
    return min(1.0, common / union) if union > 0 else 0.0


def read_boxes(text: str) -> list[Detected] | None:
    """A JSON list of `{"bbox_2d": […], "label": …, "confidence": …}`, of one such object, or of bare boxes.

    `None` as a text is the empty list. None when any of the entries is no box.
    """
    if text.strip().casefold() in _NOTHING:
        return []
    value = read_json(text)
    if isinstance(value, dict) or as_box(value) is not None:
        value = [value]
    if not isinstance(value, list | tuple):
        return None
    found = [_detected(item) for item in value]
    return None if None in found else [item for item in found if item is not None]


def match(overlaps: Sequence[Sequence[float]], order: Sequence[int], minimum: float) -> dict[int, int]:
    """Prediction → its box of the gold: in this order each takes the free one that it overlaps most.

    `overlaps` is [prediction][gold]; below `minimum` there is no match.
    """
    matched: dict[int, int] = {}
    free = set(range(len(overlaps[0]) if overlaps else 0))
    for place in order:
        if not free:
            break
        best = max(free, key=lambda gold: (overlaps[place][gold], -gold))
        if overlaps[place][best] >= minimum:
            matched[place] = best
            free.discard(best)
    return matched


def overlap_matrix(predicted: Sequence[Detected], gold: Sequence[Detected]) -> list[list[float]]:
    """IoU as [prediction][gold]; 0 where both have labels and they differ."""
    return [
        [0.0 if _differ(one.label, other.label) else overlap(one.box, other.box) for other in gold]
        for one in predicted
    ]


def by_confidence(predicted: Sequence[Detected]) -> list[int]:
    """Places of the predictions, the surest first; equally sure ones as they stand."""
    return sorted(range(len(predicted)), key=lambda place: -predicted[place].confidence)


def average_precision(overlaps: Sequence[Sequence[float]], n_gold: int, minimum: float) -> float:
    """Mean over recall 0, .01, …, 1 of the best precision at that recall or a higher one. Range 0 to 1.

    `overlaps` is [prediction][gold], the surest prediction first. COCO's 101-point interpolation
    (`pycocotools/cocoeval.py`).
    """
    matched = match(overlaps, range(len(overlaps)), minimum)
    found = 0
    points = []
    for place in range(len(overlaps)):
        found += place in matched
        points.append((found, found / (place + 1)))
    best, total, recall = 0.0, 0.0, 100  # hundredths
    for found, precision in reversed(points):
        while recall * n_gold > found * 100:
            total += best
            recall -= 1
        best = max(best, precision)
    return (total + best * (recall + 1)) / 101


def mean_average_precision(
    predicted: Sequence[Detected], gold: Sequence[Detected], minima: Sequence[float]
) -> float:
    """Mean of the average precision over the labels of the gold and the least overlaps. Range 0 to 1.

    A prediction without a label has the gold's label where there is only one.
    """
    labels = list(dict.fromkeys(item.label for item in gold))
    total = 0.0
    for label in labels:
        wanted = [item for item in gold if item.label == label]
        those = [
            item
            for item in predicted
            if item.label == label or label is None or (item.label is None and len(labels) == 1)
        ]
        surest = [those[place] for place in by_confidence(those)[:MAX_CONFIDENT]]
        overlaps = overlap_matrix(surest, wanted)
        total += sum(average_precision(overlaps, len(wanted), minimum) for minimum in minima)
    return total / (len(labels) * len(minima))


def _differ(a: str | None, b: str | None) -> bool:
    return a is not None and b is not None and a != b


def _detected(item: Any) -> Detected | None:
    if not isinstance(item, dict):
        box = as_box(item)
        return None if box is None else Detected(box)
    fields = {key.casefold(): value for key, value in item.items() if isinstance(key, str)}
    box = next((found for key in _KEYS if (found := as_box(fields.get(key))) is not None), None)
    if box is None:
        return None
    label = fields.get("label")
    confidence = as_number(fields.get("confidence", 1.0))
    return Detected(
        box,
        label.strip().casefold() if isinstance(label, str) else None,
        1.0 if confidence is None else min(1.0, max(0.0, confidence)),
    )
