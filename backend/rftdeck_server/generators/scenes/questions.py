"""Questions about scenes of things: counting, referring, detecting, choosing."""

import json
import random
from collections.abc import Callable, Sequence

from rftdeck_server.generators.rows import MadeRow
from rftdeck_server.generators.scenes.canvas import COLOURS, rounded
from rftdeck_server.generators.scenes.objects import SHAPES, ObjectParams, Thing, describe, picture, scatter

NOTHING_SHARE = 0.1
"""Of the counting questions, those about what is not there."""
LETTERS = "ABCD"


# ---- counting and detecting ---------------------------------------------------------------------------------------


def counting(rng: random.Random, params: ObjectParams) -> MadeRow:
    things = scatter(rng, params)
    missing = _missing_kinds(things)
    if missing and rng.random() < NOTHING_SHARE:
        asked = rng.choice(missing)
    else:
        asked = rng.choice(_names(rng.choice(things), things))  # the more there are, the more often asked for
    count = sum(asked in _names(thing, things) for thing in things)
    return MadeRow(
        prompt=f"<image>How many {_plural(asked)} are in the picture?",
        answer=str(count),
        answer_type="number",
        task_type="counting",
        images=[picture(rng, params, things)],
        objects=describe(things),
    )


def detection(rng: random.Random, params: ObjectParams) -> MadeRow:
    things = scatter(rng, params)
    asked = rng.choice(_names(rng.choice(things), things)[:3])
    found = [thing for thing in things if asked in _names(thing, things)]
    return MadeRow(
        prompt=f"<image>Find all {_plural(asked)}. Give their boxes in pixels, each labelled `{asked}`.",
        answer=json.dumps([{"bbox_2d": rounded(thing.box), "label": asked} for thing in found]),
        answer_type="boxes",
        task_type="detection",
        images=[picture(rng, params, things)],
        objects=describe(things),
        extra={"image_size": [params.size, params.size]},
    )


def _names(thing: Thing, things: Sequence[Thing]) -> list[str]:
    """What it can be called. Small and large can be told where both are in the picture."""
    names = [thing.shape, thing.colour, thing.kind]
    return [*names, thing.name] if len({other.size for other in things}) > 1 else names


def _plural(name: str) -> str:
    return f"{name} things" if name in COLOURS else f"{name}s"


def _missing_kinds(things: Sequence[Thing]) -> list[str]:
    """Kinds that are not there, though their colour and their shape are."""
    kinds = {thing.kind for thing in things}
    colours, shapes = {thing.colour for thing in things}, {thing.shape for thing in things}
    return sorted({f"{colour} {shape}" for colour in colours for shape in shapes} - kinds)


# ---- referring ----------------------------------------------------------------------------------------------------

Axis = Callable[[Thing], float]
EXTREMES: dict[str, Axis] = {
    "leftmost": lambda thing: thing.centre[0],
    "rightmost": lambda thing: -thing.centre[0],
    "topmost": lambda thing: thing.centre[1],
    "lowest": lambda thing: -thing.centre[1],
}
RELATIONS: dict[str, Axis] = {
    "left of": EXTREMES["leftmost"],
    "right of": EXTREMES["rightmost"],
    "above": EXTREMES["topmost"],
    "below": EXTREMES["lowest"],
}


def referring_expression(rng: random.Random, params: ObjectParams) -> MadeRow:
    things = scatter(rng, params)
    while (found := _refer(rng, things)) is None:
        things = scatter(rng, params)
    target, text = found
    return MadeRow(
        prompt=f"<image>Give the bounding box of {text}, in pixels.",
        answer=json.dumps(rounded(target.box)),
        answer_type="box",
        task_type="referring_expression",
        images=[picture(rng, params, things)],
        objects=describe(things),
        extra={"image_size": [params.size, params.size]},
    )


def _refer(rng: random.Random, things: Sequence[Thing]) -> tuple[Thing, str] | None:
    """A thing, and words that fit no other one."""
    ways = (_by_relation, _by_extreme, _by_name)
    for way in rng.sample(ways, len(ways)):
        for target in rng.sample(things, len(things)):
            for name in _names(target, things):
                alike = [other for other in things if name in _names(other, things)]
                text = way(target, f"{name} thing" if name in COLOURS else name, alike, things)
                if text is not None:
                    return target, text
    return None


def _by_name(target: Thing, name: str, alike: Sequence[Thing], things: Sequence[Thing]) -> str | None:
    return f"the {name}" if len(alike) == 1 else None


def _by_extreme(target: Thing, name: str, alike: Sequence[Thing], things: Sequence[Thing]) -> str | None:
    for word, axis in EXTREMES.items():
        ordered = sorted(alike, key=axis)
        if len(alike) > 1 and ordered[0] is target and axis(ordered[1]) - axis(target) > target.radius:
            return f"the {word} {name}"
    return None


def _by_relation(target: Thing, name: str, alike: Sequence[Thing], things: Sequence[Thing]) -> str | None:
    """Beside a thing whose kind is the only one; of the things alike, the others are clearly on the other side."""
    if len(alike) < 2:
        return None
    kinds = [thing.kind for thing in things]
    for anchor in things:
        if anchor in alike or kinds.count(anchor.kind) > 1:
            continue
        for word, axis in RELATIONS.items():
            apart = [
                (axis(anchor) - axis(other)) / (anchor.radius + other.radius) * (1 if other is target else -1)
                for other in alike
            ]
            if min(apart) > 0.8:
                return f"the {name} {word} the {anchor.kind}"
    return None


# ---- choosing -----------------------------------------------------------------------------------------------------


def multiple_choice(rng: random.Random, params: ObjectParams) -> MadeRow:
    things = scatter(rng, params)
    ask = rng.choice([_which_colour, _which_is_missing, _which_is_there])
    question, right, wrong = ask(rng, things) or _which_is_there(rng, things)
    options = [right, *wrong]
    rng.shuffle(options)
    lines = "\n".join(f"{letter}. {option}" for letter, option in zip(LETTERS, options, strict=True))
    return MadeRow(
        prompt=f"<image>{question}\n{lines}",
        answer=LETTERS[options.index(right)],
        answer_type="choice",
        task_type="multiple_choice",
        images=[picture(rng, params, things)],
        objects=describe(things),
        extra={"options": options},
    )


Choice = tuple[str, str, list[str]]
"""Question, right option, three wrong ones."""


def _which_colour(rng: random.Random, things: Sequence[Thing]) -> Choice | None:
    for word, axis in rng.sample(sorted(EXTREMES.items()), len(EXTREMES)):
        first, second = sorted(things, key=axis)[:2]
        if axis(second) - axis(first) > first.radius:
            others = [colour for colour in sorted(COLOURS) if colour != first.colour]
            return f"What colour is the {word} thing?", first.colour, rng.sample(others, 3)
    return None


def _which_is_missing(rng: random.Random, things: Sequence[Thing]) -> Choice | None:
    there = sorted({thing.kind for thing in things})
    if len(there) < 3:
        return None
    return "Which of these is not in the picture?", rng.choice(_absent(there)), rng.sample(there, 3)


def _which_is_there(rng: random.Random, things: Sequence[Thing]) -> Choice:
    there = sorted({thing.kind for thing in things})
    return "Which of these is in the picture?", rng.choice(there), rng.sample(_absent(there), 3)


def _absent(there: Sequence[str]) -> list[str]:
    kinds = [f"{colour} {shape}" for colour in sorted(COLOURS) for shape in SHAPES]
    return [kind for kind in kinds if kind not in there]
