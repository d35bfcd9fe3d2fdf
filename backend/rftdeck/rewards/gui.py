"""Rewards for one step on a screen. Actions are JSON; what a model writes is never evaluated."""

import math
from typing import Any

from rftdeck.rewards.boxes import Box, as_box
from rftdeck.rewards.core import Judged, Sample, Score, Undecided
from rftdeck.rewards.reading import (
    NO_GOLD,
    as_point,
    last_block,
    read_gold,
    read_json,
    shorten,
    think_answer_blocks,
)

Action = dict[str, Any]

_NEAR_PX = 140.0
_SIMILAR = 0.5
_WITH_TEXT = frozenset({"type", "select", "scroll"})
_NEEDS_TEXT = frozenset({"type", "select", "open_app"})
_DIRECTIONS = frozenset({"left", "right", "up", "down"})
_NO_TEXT = "no input text"


def gui_r1(sample: Sample) -> Score:
    """Accuracy of GUI-R1: 1 if the action is right, else 0.

    Its type must equal the gold's. A click must lie strictly inside a gold box, or nearer than 140 px to a gold point;
    for `type`, `select` and `scroll` the token F1 of the texts must reach .5; other actions need nothing more. The gold
    is JSON: `{"action": …, "gt_bbox": [x1, y1, x2, y2] or [x, y], "input_text": …}`, in pixels. Undecided without a
    gold, when it is no action, and for a click without a box that has an area, or a point. The total of the source is
    .8 of this and .2 of gui_format. Source: GUI-R1 (arXiv 2504.10458) `verl/utils/reward_score/r1gui.py`.
    """
    gold = _gold(sample)
    if not isinstance(gold, dict):
        return gold
    target = _target(gold)
    kind = kind_of(gold)
    if kind == "click" and target is None:
        return Undecided("the gold click has neither a box with an area nor a point")
    action = _answer(sample)
    if not isinstance(action, dict):
        return action
    shown = _shown(action)
    if kind_of(action) != kind:
        return Judged(0.0, shown, f"the gold action is {kind}")
    if kind in _WITH_TEXT:
        similar = _token_f1(_text(action), _text(gold))
        return Judged(float(similar >= _SIMILAR), shown, f"token F1 of the texts {similar:.3g}")
    if kind != "click" or target is None:
        return Judged(1.0, shown, "the same action")
    point = _point(action)
    if point is None:
        return Judged(0.0, shown, "the click has no point")
    if len(target) == 2:
        distance = math.dist(point, target)
        return Judged(float(distance < _NEAR_PX), shown, f"{distance:.0f} px from the gold point")
    hit = target[0] < point[0] < target[2] and target[1] < point[1] < target[3]
    return Judged(float(hit), shown, f"the point is {'inside' if hit else 'outside'} the gold box")


def gui_format(sample: Sample) -> Score:
    """1 if a think block and an answer block are all, and the answer is JSON: an action, or a list of actions; else 0.

    An action has `action` (text), `point` ([x, y]) and `input_text` (text); `type`, `select` and `open_app` need a text,
    `scroll` a direction. Source: GUI-R1 (arXiv 2504.10458) `verl/utils/reward_score/r1gui.py`.
    """
    blocks = think_answer_blocks(sample.completion)
    if blocks is None:
        return 0.0
    value = read_json(blocks[1])
    actions = value if isinstance(value, list) else [value]
    return float(bool(actions) and all(_is_well_formed(action) for action in actions))


def ui_r1(sample: Sample) -> Score:
    """1[type] + 1[point in the box, edges included] + 1[format]. Range 0 to 3.

    The format is a think block, then an answer block with an action as JSON. Gold actions other than `click` have no
    place to hit: for them the point counts with the type. Gold and its undecided cases as for gui_r1, with a box only.
    Source: UI-R1 (arXiv 2503.21620, section 3).
    """
    gold = _gold(sample)
    if not isinstance(gold, dict):
        return gold
    target = _target(gold)
    kind = kind_of(gold)
    if kind == "click" and (target is None or len(target) != 4):
        return Undecided("the gold click has no box with an area")
    action = _answer(sample)
    if not isinstance(action, dict):
        return action
    right = kind_of(action) == kind
    point = _point(action)
    hit = right
    if kind == "click" and target is not None and len(target) == 4:
        hit = point is not None and target[0] <= point[0] <= target[2] and target[1] <= point[1] <= target[3]
    formed = think_answer_blocks(sample.completion) is not None
    names = [name for name, passed in (("type", right), ("point", hit), ("format", formed)) if passed]
    return Judged(float(len(names)), _shown(action), f"right: {', '.join(names) or 'nothing'}")


def read_action(text: str) -> Action | None:
    """A JSON object with `action`, or a list that holds nothing else."""
    value = read_json(text)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, dict) and isinstance(value.get("action"), str) else None


def kind_of(action: Action) -> str:
    return str(action["action"]).strip().casefold()


def _gold(sample: Sample) -> Action | Undecided:
    gold = read_gold(sample.answer)
    if gold is None:
        return NO_GOLD
    return read_action(gold) or Undecided("the gold is no JSON object with an action")


def _answer(sample: Sample) -> Action | Judged:
    answer = last_block(sample.completion, "answer")
    if answer is None:
        return Judged(0.0, None, "no answer: there is no <answer> block")
    return read_action(answer) or Judged(0.0, shorten(answer), "is no JSON object with an action")


def _target(gold: Action) -> Box | tuple[float, float] | None:
    """A box with an area, or a point."""
    place = gold.get("gt_bbox")
    box = as_box(place)
    if box is not None:
        return box if box[0] < box[2] and box[1] < box[3] else None
    return as_point(place)


def _point(action: Action) -> tuple[float, float] | None:
    return as_point(action.get("point", action.get("coordinate")))


def _text(action: Action) -> str:
    text = action.get("input_text")
    return text if isinstance(text, str) else ""


def _token_f1(text: str, gold: str) -> float:
    """Over the sets of case-folded words; two empty texts are equal."""
    words, wanted = set(text.casefold().split()), set(gold.casefold().split())
    if not words and not wanted:
        return 1.0
    return 2 * len(words & wanted) / (len(words) + len(wanted))


def _is_well_formed(action: Any) -> bool:
    if not isinstance(action, dict) or not isinstance(action.get("action"), str):
        return False
    text = action.get("input_text")
    if as_point(action.get("point")) is None or not isinstance(text, str):
        return False
    kind = kind_of(action)
    if kind == "scroll":
        return text.strip().casefold() in _DIRECTIONS
    return kind not in _NEEDS_TEXT or text != _NO_TEXT


def _shown(action: Action) -> str:
    return shorten(", ".join(f"{key}: {str(value)[:100]}" for key, value in list(action.items())[:10]))
