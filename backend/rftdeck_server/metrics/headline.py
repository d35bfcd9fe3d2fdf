"""What the run list shows of a run's metrics, kept on the run itself as the points come in."""

from typing import TypedDict

from rftdeck.events import MetricsLogged

from rftdeck_server.runs.tables import RunRow

KEYS = ("reward", "completions/mean_length", "eval/heldout/accuracy")
SPARK_KEY = "reward"
SPARK_POINTS = 40


class Sparkline(TypedDict):
    stride: int
    """Steps between two points; doubles whenever the line is full."""
    steps: list[int]
    values: list[float | None]


def note(run: RunRow, event: MetricsLogged) -> None:
    """Take over the newest values and extend the sparkline."""
    if event.steps:
        run.step = max(run.step, *event.steps)
    latest = dict(run.latest or {})
    for key, values in zip(event.keys, event.values, strict=True):
        if key in KEYS:
            newest = next((value for value in reversed(values) if value is not None), None)
            if newest is not None:
                latest[key] = newest
        if key == SPARK_KEY:
            run.sparkline = dict(extend(run.sparkline, event.steps, values))  # type: ignore[arg-type]
    run.latest = latest


def extend(line: Sparkline | None, steps: list[int], values: list[float | None]) -> Sparkline:
    """A new line with these points; steps that a resumed attempt takes again replace the old ones."""
    stride = line["stride"] if line else 1
    points = list(zip(line["steps"], line["values"], strict=True)) if line else []
    for step, value in zip(steps, values, strict=True):
        while points and points[-1][0] >= step:
            points.pop()
        if not points or step - points[-1][0] >= stride:
            points.append((step, value))
        if len(points) > SPARK_POINTS:
            stride *= 2
            points = points[::2]
    return Sparkline(stride=stride, steps=[p[0] for p in points], values=[p[1] for p in points])
