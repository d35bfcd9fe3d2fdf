"""Rewards for boxes: one, many, or one with two points for a segmentation model."""

import math
import re
from typing import Annotated, Any, Literal

from pydantic import Field

from rftdeck.rewards.boxes import (
    Box,
    Detected,
    area,
    as_box,
    by_confidence,
    first_box,
    match,
    mean_average_precision,
    overlap,
    overlap_matrix,
    read_boxes,
)
from rftdeck.rewards.core import Judged, Sample, Score, Undecided
from rftdeck.rewards.reading import NO_GOLD, as_point, last_block, read_gold, read_json, shorten

Point = tuple[float, float]

_MORE_THAN_HALF = math.nextafter(0.5, 1.0)
_MINIMA = {"50:95": tuple(percent / 100 for percent in range(50, 100, 5)), "50": (0.5,)}
_STAGES = ((0.10, 0.85), (0.25, 0.95))
"""Up to this share of the run's steps, this IoU passes; after the last one _LAST_STAGE does."""
_LAST_STAGE = 0.99
_SEG_ZERO_GOLD = re.compile(r"<box>(.{1,100}?)</box>\s*+<points>(.{1,100}?)</points>")
_INTEGER = re.compile(r"\d+")
_NO_BLOCK = "no answer: there is no <answer> block"


def iou(sample: Sample) -> Score:
    """Intersection over union of the first `[x1, y1, x2, y2]` in the answer block with the gold box. Range 0 to 1.

    Pixels of the original image. When the row has both `image_size` and `resized_size` ([width, height]), the answer is
    in pixels of the resized image and is scaled. Corners may come in any order. Undecided without a gold, when it holds
    no box with an area, and when a size is no size. Source: VLM-R1 `src/open-r1-multimodal` (iou_reward).
    """
    gold = read_gold(sample.answer)
    if gold is None:
        return NO_GOLD
    wanted = first_box(gold)
    if wanted is None or area(wanted) == 0:
        return Undecided("the gold holds no box with an area")
    scale = _scale(sample.row)
    if scale is None:
        return Undecided("image_size and resized_size of the row should be [width, height]")
    answer = last_block(sample.completion, "answer")
    if answer is None:
        return Judged(0.0, None, _NO_BLOCK)
    found = first_box(answer)
    if found is None:
        return Judged(0.0, shorten(answer), "holds no [x1, y1, x2, y2]")
    box = found[0] * scale[0], found[1] * scale[1], found[2] * scale[0], found[3] * scale[1]
    score = overlap(box, wanted)
    return Judged(score, _shown(box), f"IoU {score:.3f} with {_shown(wanted)}")


def detection(sample: Sample) -> Score:
    """ΣIoU / max(n_gold, n_predicted) + mean(c if matched else 1 − c). Range 0 to 2.

    The surest prediction comes first and takes the free gold box that it overlaps most, above an IoU of .5; labels, where
    both have one, must be equal. c is the confidence, 1 where none is given. Nothing predicted where nothing is to be
    found is perfect. The format term of the source is a reward of its own, think_answer. Undecided without a gold and
    when it is no list of boxes. Source: Visual-RFT `src/visual_rft/src/open_r1/grpo.py` (arXiv 2503.01785).
    """
    read = _read(sample)
    if not isinstance(read, tuple):
        return read
    predicted, gold = read
    if not predicted:
        return Judged(0.0 if gold else 2.0, "[]", f"no box, where the gold has {len(gold)}")
    overlaps = overlap_matrix(predicted, gold)
    matched = match(overlaps, by_confidence(predicted), _MORE_THAN_HALF)
    total = sum(overlaps[place][other] for place, other in matched.items())
    sure = [
        item.confidence if place in matched else 1 - item.confidence for place, item in enumerate(predicted)
    ]
    boxes, confidence = total / max(len(gold), len(predicted)), sum(sure) / len(sure)
    return Judged(
        boxes + confidence,
        _count(predicted),
        f"{len(matched)} of {len(gold)} found: boxes {boxes:.3f}, confidence {confidence:.3f}",
    )


def map_count(sample: Sample, *, overlaps: Literal["50:95", "50"] = "50:95") -> Score:
    """Mean average precision × (1 if n_gold ≥ n_predicted else n_gold / n_predicted). Range 0 to 1.

    COCO's 101-point interpolation, averaged over the labels of the gold and IoU .50, .55, …, .95, or at .50 alone. The
    factor is the cure for redundant boxes. Nothing predicted where nothing is to be found is perfect. Undecided without
    a gold and when it is no list of boxes. Source: VLM-R1 `src/open-r1-multimodal` (odLength).
    """
    read = _read(sample)
    if not isinstance(read, tuple):
        return read
    predicted, gold = read
    if not gold or not predicted:
        return Judged(float(len(gold) == len(predicted)), _count(predicted), f"the gold has {len(gold)}")
    precision = mean_average_precision(predicted, gold, _MINIMA[overlaps])
    factor = min(1.0, len(gold) / len(predicted))
    return Judged(
        precision * factor, _count(predicted), f"mAP {precision:.3f} × {factor:.3g} for the number of boxes"
    )


def staged_iou(sample: Sample, *, decay: Annotated[float, Field(gt=0, le=1)] = 0.6) -> Score:
    """Mean over the gold boxes of the IoU where it passes, else 0, × decay^|n_predicted − n_gold|. Range 0 to 1.

    An IoU passes at .85 for the first 10 % of the run's steps, at .95 until 25 %, at .99 after. Undecided outside of a
    run, without a gold and when it is no list of boxes. Source: V-Triune (arXiv 2505.18129, dynamic IoU reward).
    """
    if sample.max_steps is None:
        return Undecided("how many steps the run has is not known")
    read = _read(sample)
    if not isinstance(read, tuple):
        return read
    predicted, gold = read
    progress = sample.step / max(1, sample.max_steps)
    minimum = next((passes for until, passes in _STAGES if progress <= until), _LAST_STAGE)
    if not gold:
        passed = 1.0
    else:
        overlaps = overlap_matrix(predicted, gold)
        matched = match(overlaps, by_confidence(predicted), minimum)
        passed = sum(overlaps[place][other] for place, other in matched.items()) / len(gold)
    penalty = decay ** abs(len(predicted) - len(gold))
    return Judged(
        passed * penalty,
        _count(predicted),
        f"mean IoU {passed:.3f} where it is at least {minimum:g}, × {penalty:.3g} for the number of boxes",
    )


def segmentation(
    sample: Sample,
    *,
    box_px: Annotated[float, Field(gt=0)] = 10.0,
    points_px: Annotated[float, Field(gt=0)] = 100.0,
) -> Score:
    """Prompts for a segmentation model: a point each for form, IoU > .5, box nearer than 10 px, points nearer than 100 px.

    The answer is `{"bbox": [x1, y1, x2, y2], "points_1": [x, y], "points_2": [x, y]}`. The distance of boxes is the mean
    over their four sides, that of points the mean over the two in the better order; they must also lie in the box.
    Range 0 to 4, in whole points. Undecided without a gold, and when it is neither such JSON nor Seg-Zero's
    `<box>…</box><points>…</points>`. Source: Seg-Zero `verl/utils/reward_score/seg_strict.py` (arXiv 2503.06520).
    """
    gold = read_gold(sample.answer)
    if gold is None:
        return NO_GOLD
    wanted = read_prompts(gold)
    if wanted is None or area(wanted[0]) == 0:
        return Undecided("the gold is no box with two points")
    answer = last_block(sample.completion, "answer")
    if answer is None:
        return Judged(0.0, None, _NO_BLOCK)
    found = read_prompts(answer)
    if found is None:
        return Judged(0.0, shorten(answer), "is no JSON with bbox, points_1 and points_2")
    (box, points), (gold_box, gold_points) = found, wanted
    distance = min(
        (math.dist(points[0], gold_points[first]) + math.dist(points[1], gold_points[1 - first])) / 2
        for first in (0, 1)
    )
    passed = {
        "form": True,
        "IoU": overlap(box, gold_box) > 0.5,
        "box": sum(abs(a - b) for a, b in zip(box, gold_box, strict=True)) / 4 < box_px,
        "points": distance < points_px and all(_inside(point, box) for point in points),
    }
    return Judged(
        float(sum(passed.values())),
        _shown(box),
        "right: " + ", ".join(name for name, right in passed.items() if right),
    )


def read_prompts(text: str) -> tuple[Box, tuple[Point, Point]] | None:
    """A box and two points, as JSON or as Seg-Zero writes them in its data."""
    tagged = _SEG_ZERO_GOLD.search(text)
    if tagged is not None:
        box, flat = as_box(_integers(tagged.group(1))), _integers(tagged.group(2))
        first, second = as_point(flat[:2]), as_point(flat[2:])
    else:
        value = read_json(text)
        if not isinstance(value, dict):
            return None
        box = as_box(value.get("bbox", value.get("bbox_2d")))
        first, second = (
            as_point(value.get(f"points_{number}", value.get(f"point_{number}"))) for number in (1, 2)
        )
    return None if box is None or first is None or second is None else (box, (first, second))


def _integers(text: str) -> list[int]:
    return [int(part) for part in _INTEGER.findall(text)]


def _read(sample: Sample) -> tuple[list[Detected], list[Detected]] | Judged | Undecided:
    """Predicted boxes, and those of the gold."""
    gold = read_gold(sample.answer)
    if gold is None:
        return NO_GOLD
    wanted = read_boxes(gold)
    if wanted is None or any(area(item.box) == 0 for item in wanted):
        return Undecided("the gold is no list of boxes with an area")
    answer = last_block(sample.completion, "answer")
    if answer is None:
        return Judged(0.0, None, _NO_BLOCK)
    found = read_boxes(answer)
    if found is None:
        return Judged(0.0, shorten(answer), "is no JSON list of boxes")
    return found, wanted


def _scale(row: dict[str, Any]) -> Point | None:
    """From the resized to the original image, per axis; None when the sizes are no sizes."""
    original, resized = row.get("image_size"), row.get("resized_size")
    if original is None or resized is None:
        return 1.0, 1.0
    to, of = as_point(original), as_point(resized)
    if to is None or of is None or min(*to, *of) < 1:
        return None
    return to[0] / of[0], to[1] / of[1]


def _inside(point: Point, box: Box) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _shown(box: Box) -> str:
    return "[" + ", ".join(f"{side:g}" for side in box) + "]"


def _count(predicted: list[Detected]) -> str:
    return f"{len(predicted)} box{'' if len(predicted) == 1 else 'es'}"
