"""The reward processes of this server: started with the first question, ended when nobody has asked for a while."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from rftdeck.rewards import Sample
from rftdeck.sandbox import Call, Described, Judge, Verdict

T = TypeVar("T")

IDLE_S = 120.0
"""A pool that was not used for so long is ended: its processes hold some 100 MB."""


class RewardPool:
    """One Judge for all requests, one at a time: a request holds it for milliseconds, or until its time limit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._judge: Judge | None = None
        self._last_used = 0.0
        self._timer: threading.Timer | None = None

    def score(
        self, calls: Sequence[Call], samples: Sequence[Sample]
    ) -> tuple[list[list[Verdict]], tuple[str, ...]]:
        """Verdicts as [call][sample], and the protections that the code ran under."""
        return self._use(lambda judge: (judge.score(calls, samples), judge.isolation))

    def verdicts(self, calls: Sequence[Call], samples: Sequence[Sample]) -> list[list[Verdict]]:
        """[call][sample]."""
        return self.score(calls, samples)[0]

    def describe(self, source: str) -> Described:
        return self._use(lambda judge: judge.describe(source))

    def close(self) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._end()

    def _use(self, work: Callable[[Judge], T]) -> T:
        with self._lock:
            if self._judge is None:
                self._judge = Judge()
            try:
                return work(self._judge)
            finally:
                self._last_used = time.monotonic()
                self._watch(IDLE_S)

    def _watch(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(seconds, self._end_if_idle)
        self._timer.daemon = True
        self._timer.start()

    def _end_if_idle(self) -> None:
        with self._lock:
            left_s = IDLE_S - (time.monotonic() - self._last_used)
            if left_s > 0.5:
                self._watch(left_s)
            else:
                self._end()

    def _end(self) -> None:
        if self._judge is not None:
            self._judge.__exit__(None, None, None)
            self._judge = None


def _pool(request: Request) -> RewardPool:
    pool: RewardPool = request.app.state.reward_pool
    return pool


PoolDep = Annotated[RewardPool, Depends(_pool)]
