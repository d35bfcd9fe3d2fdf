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
from rftdeck.sandbox.wire import Note

MAX_TEXT = 2_000
MAX_TRACEBACK = 4_000
"""Characters; of a traceback the last ones."""

_OURS = __file__.removesuffix("units.py")


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
        self.notes: list[Note] = []

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
        place = len(self.scores)
        parsed = why = None
        try:
            if isinstance(score, Judged):
                parsed, why, score = _text(score.parsed), _text(score.why), score.score
            value, reason, trace = _read(score)
        except BaseException as error:  # a number of a class of its own
            value, (reason, trace) = None, explain(error)
        self.scores.append(value)
        if reason is not None or parsed is not None or why is not None:
            self.notes.append((place, reason, trace, parsed, why))


def _text(text: object) -> str | None:
    return None if text is None else str(text)[:MAX_TEXT]


def _read(score: Any) -> tuple[float | None, str | None, str | None]:
    """The score, or why there is none and the traceback."""
    if type(score) is float and math.isfinite(score):
        return score, None, None
    if isinstance(score, Undecided):
        return None, _text(score.reason), None
    if isinstance(score, BaseException):
        return None, *explain(score)
    if score is None:
        return None, "returned None", None
    if isinstance(score, bool) or not isinstance(score, Real):
        return None, f"returned {type(score).__name__}, not a number", None
    if not math.isfinite(score):
        return None, f"returned {float(score)}", None
    return float(score), None, None
