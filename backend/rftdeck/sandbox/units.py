"""Applying a reward, inside of a reward process: whatever it does short of ending the process becomes a note."""

import math
import time
import traceback
from collections.abc import Callable, Sequence
from numbers import Real
from types import TracebackType
from typing import Any

from rftdeck.rewards import Sample, Undecided
from rftdeck.rewards.core import Judged

MAX_TEXT = 2_000
MAX_TRACEBACK = 4_000
"""Characters; of a traceback the last ones."""

_OURS = __file__.removesuffix("units.py")

Note = list[str | None]
"""`[reason, traceback, parsed, why]`, see wire.Answer."""


def explain(error: BaseException) -> tuple[str, str]:
    """`ValueError: …`, and the traceback without our own frames, the outermost."""
    frames: TracebackType | None = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith(_OURS):
        frames = frames.tb_next
    name = type(error).__name__
    try:
        text = str(error)
        trace = "".join(traceback.TracebackException(type(error), error, frames).format())
    except BaseException:  # its __str__ raises too
        return name, ""
    return (f"{name}: {text}" if text else name)[:MAX_TEXT], trace[-MAX_TRACEBACK:]


class Results:
    """Scores of the units that have not been sent."""

    def __init__(self) -> None:
        self.units = 0
        self.scores: list[float | None] = []
        self.seconds: list[float] = []
        self.notes: dict[str, Note] = {}

    def score_group(
        self, function: Callable[..., Any], group: Sequence[Sample], params: dict[str, Any]
    ) -> None:
        n = len(group)
        began = time.perf_counter()
        try:
            scores = list(function(group, **params))
            if len(scores) != n:
                scores = [Undecided(f"returned {len(scores)} scores for a group of {n}")] * n
        except BaseException as error:
            scores = [error] * n
        seconds = time.perf_counter() - began
        self.units += 1
        for score in scores:
            self.add(score, seconds / n)

    def add(self, score: Any, seconds: float) -> None:
        """Keep what a reward returned, or the exception that it raised, for one sample."""
        self.seconds.append(seconds)
        if type(score) is float and math.isfinite(score):
            self.scores.append(score)
            return
        value: float | None = None
        note: Note = [None, None, None, None]
        try:
            value = _read(score, note)
        except BaseException as error:  # a number of a class of its own
            note[0], note[1] = explain(error)
        if any(note):
            self.notes[str(len(self.scores))] = note
        self.scores.append(value)


def _read(score: Any, note: Note) -> float | None:
    if isinstance(score, Judged):
        note[2] = None if score.parsed is None else str(score.parsed)[:MAX_TEXT]
        note[3] = None if score.why is None else str(score.why)[:MAX_TEXT]
        score = score.score
    if isinstance(score, Undecided):
        note[0] = str(score.reason)[:MAX_TEXT]
    elif isinstance(score, BaseException):
        note[0], note[1] = explain(score)
    elif score is None:
        note[0] = "returned None"
    elif isinstance(score, bool) or not isinstance(score, Real):
        note[0] = f"returned {type(score).__name__}, not a number"
    elif not math.isfinite(score):
        note[0] = f"returned {float(score)}"
    else:
        return float(score)
    return None
