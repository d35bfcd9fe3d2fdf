"""A map with a scale bar: estimating a distance."""

import math
import random
from typing import Annotated

from pydantic import Field

from rftdeck_server.generators.rows import MadeRow
from rftdeck_server.generators.scenes.canvas import COLOURS, INK, MUTED, PAPER, Canvas, Point
from rftdeck_server.generators.scenes.params import SceneParams

LAND, WATER, WOOD = "#F3EFE4", "#CFE3EE", "#DDEBD3"
ROAD, ROAD_EDGE = "#FFFFFF", "#E2DAC6"
PLACES = ("Alder", "Brook", "Cairn", "Dunes", "Elm", "Fell", "Glen", "Heath", "Isle", "Knoll")


class EstimateParams(SceneParams):
    places: Annotated[int, Field(ge=2, le=10)] = 5


ESTIMATE_LEVELS: list[dict[str, object]] = [{"places": n} for n in (2, 3, 5, 7, 10)]


def numeric_estimate(rng: random.Random, params: EstimateParams) -> MadeRow:
    side = params.size
    canvas = Canvas(side, side, LAND)
    for colour in (WATER, WOOD, WOOD):
        canvas.polygon(_blob(rng, side), colour)
    places = _spread(rng, params.places, side)
    names = rng.sample(PLACES, params.places)
    for here, there in _roads(places):
        canvas.line(_bent(here, there), ROAD_EDGE, 5.5)
    for here, there in _roads(places):
        canvas.line(_bent(here, there), ROAD, 3.5)
    colours = sorted(COLOURS)
    for place, name in zip(places, names, strict=True):
        canvas.dot(place, side * 0.02, PAPER)
        canvas.dot(place, side * 0.014, COLOURS[rng.choice(colours)])
        canvas.text((place[0], place[1] - side * 0.042), name, side * 0.034, INK, "mm", halo=LAND)
    unit, kilometres = side * 0.2, rng.choice([1, 2, 5, 10, 20])
    x, y = side * 0.07, side * 0.945
    canvas.rectangle((x - 8, y - side * 0.065, x + unit + 8, y + 8), PAPER, radius=6)
    canvas.line([(x, y - 5), (x, y), (x + unit, y), (x + unit, y - 5)], INK, 1.6)
    canvas.text((x + unit / 2, y - side * 0.03), f"{kilometres} km", side * 0.03, MUTED, "mm")
    a, b = rng.sample(range(params.places), 2)
    distance = math.dist(places[a], places[b]) / unit * kilometres
    return MadeRow(
        prompt=f"<image>How many kilometres lie between {names[a]} and {names[b]}, as the crow flies?",
        answer=f"{distance:.2f}",
        answer_type="number",
        task_type="numeric_estimate",
        images=[canvas.png()],
        objects={"bbox": [], "ref": names, "point": [[round(px), round(py)] for px, py in places]},
        solution=f"{math.dist(places[a], places[b]):.0f} px on the map, where {unit:.0f} px are {kilometres} km",
    )


def _spread(rng: random.Random, n: int, side: float) -> list[Point]:
    """Places that keep their distance from each other and from the scale bar."""
    places: list[Point] = []
    while len(places) < n:
        apart = side * 0.2
        for _ in range(400):
            place = (rng.uniform(0.1, 0.9) * side, rng.uniform(0.1, 0.82) * side)
            if all(math.dist(place, other) > apart for other in places):
                break
            apart *= 0.995
        places.append(place)
    return places


def _roads(places: list[Point]) -> list[tuple[Point, Point]]:
    """From each place to the nearest of those before it: all are joined, and few roads cross."""
    ordered = sorted(places)
    return [
        (place, min(ordered[:n], key=lambda other: math.dist(place, other)))
        for n, place in enumerate(ordered)
        if n
    ]


def _bent(here: Point, there: Point) -> list[Point]:
    """A gentle bow, a tenth of the way to the side."""
    (x1, y1), (x2, y2) = here, there
    points = []
    for step in range(13):
        share = step / 12
        aside = 0.4 * share * (1 - share)
        points.append(
            (x1 + (x2 - x1) * share + (y2 - y1) * aside, y1 + (y2 - y1) * share - (x2 - x1) * aside)
        )
    return points


def _blob(rng: random.Random, side: float) -> list[Point]:
    x, y, radius = rng.random() * side, rng.random() * side, rng.uniform(0.15, 0.32) * side
    waves = [(rng.uniform(0.04, 0.12), rng.uniform(0, math.tau)) for _ in range(4)]
    points = []
    for step in range(72):
        turn = math.tau * step / 72
        reach = radius * (
            1 + sum(size * math.sin((k + 2) * turn + shift) for k, (size, shift) in enumerate(waves))
        )
        points.append((x + reach * math.cos(turn), y + reach * math.sin(turn)))
    return points
