"""Rewards in isolation: reward code runs in a process of its own, and a bad sample costs its own score alone."""

import contextlib
import os
import pickle
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from signal import Signals
from types import TracebackType
from typing import Any, Self

from rftdeck.rewards import REWARDS, Sample
from rftdeck.spec import RewardSpec

from rftdeck_worker.errors import SpecError
from rftdeck_worker.reward_process import HEADER, READY, Job, Verdict, write_message

START_TIMEOUT_S = 60.0
BATCH_TIMEOUT_S = 120.0
"""Past it the rest of a batch is not scored: 128 samples that hang one after the other must not stop the training."""


@dataclass(frozen=True)
class Scored:
    """What became of one sample."""

    score: float | None
    note: str | None
    """Why there is no score."""
    seconds: float
    timed_out: bool = False


def check_rewards(rewards: Sequence[RewardSpec]) -> None:
    """Raises SpecError for a reward that does not exist, a wrong param, or a name given twice."""
    seen: set[str] = set()
    for index, reward in enumerate(rewards):
        path = f"rewards.{index}"
        if reward.name not in REWARDS:
            known = ", ".join(sorted(REWARDS))
            raise SpecError(f"{path}.name", f"no reward {reward.name!r}; there are {known}")
        if reward.name in seen:
            raise SpecError(f"{path}.name", f"{reward.name} stands twice, and their metrics would merge")
        seen.add(reward.name)
        for param, problem in REWARDS[reward.name].check_params(reward.params).items():
            raise SpecError(f"{path}.params.{param}", problem)


class Judge:
    """Scores samples in the reward process, and starts another one when it hangs or dies."""

    def __init__(self) -> None:
        self._process = _RewardProcess()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()

    @property
    def pid(self) -> int:
        return self._process.pid

    def score(self, reward: RewardSpec, samples: Sequence[Sample]) -> list[Scored]:
        """One result a sample: a sample that hangs longer than reward.timeout_s, raises or kills the process has no score.

        Raises RuntimeError when the reward process does not start.
        """
        deadline = time.monotonic() + BATCH_TIMEOUT_S
        scored: list[Scored] = []
        died_at = None
        while len(scored) < len(samples):
            if time.monotonic() > deadline:
                late = f"not scored: the batch took longer than {BATCH_TIMEOUT_S:g} s"
                return scored + [Scored(None, late, 0.0, timed_out=True)] * (len(samples) - len(scored))
            try:
                for score, note, seconds in self._process.judge(reward, samples[len(scored) :]):
                    scored.append(Scored(score, note, seconds))
            except TimeoutError:
                self._replace()
                late = f"timed out after {reward.timeout_s:g} s"
                scored.append(Scored(None, late, reward.timeout_s, timed_out=True))
            except (EOFError, BrokenPipeError):
                cause = self._replace()
                # The first death may have any cause; a sample that meets a second one is taken to be guilty.
                if died_at == len(scored):
                    scored.append(Scored(None, f"killed the reward process ({cause})", 0.0))
                died_at = len(scored)
        return scored

    def _replace(self) -> str:
        """Returns how the old process ended."""
        cause = self._process.kill()
        self._process = _RewardProcess()
        return cause


class _RewardProcess:
    """One `python -m rftdeck_worker.reward_process`; starting it does not wait for its imports."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "rftdeck_worker.reward_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._jobs, self._answers = self._process.stdin, self._process.stdout
        self._buffer = b""
        self._ready = False

    @property
    def pid(self) -> int:
        return self._process.pid

    def judge(self, reward: RewardSpec, samples: Sequence[Sample]) -> Iterator[Verdict]:
        """One verdict a sample, in order. Raises TimeoutError, or EOFError or BrokenPipeError when the process died."""
        self._wait_until_ready()
        job: Job = (reward.name, reward.params, list(samples))
        write_message(self._jobs, job)
        for _ in samples:
            yield self._receive(reward.timeout_s)

    def kill(self) -> str:
        """Returns how it ended, e.g. `SIGKILL` or `exit status 1`."""
        # What a dead process left is its own doing; only a living one is ended by this signal.
        status = self._process.poll()
        self._process.kill()
        self._process.wait()
        self._answers.close()
        with contextlib.suppress(BrokenPipeError):  # half a job may stand in the buffer
            self._jobs.close()
        if status is None:
            return "ended by us"
        return Signals(-status).name if status < 0 else f"exit status {status}"

    def _wait_until_ready(self) -> None:
        if self._ready:
            return
        try:
            self._ready = self._receive(START_TIMEOUT_S) == READY
        except (EOFError, TimeoutError) as error:
            raise RuntimeError(f"the reward process does not start ({self.kill()})") from error

    def _receive(self, timeout_s: float) -> Any:
        deadline = time.monotonic() + timeout_s
        size = HEADER.unpack(self._read(HEADER.size, deadline))[0]
        return pickle.loads(self._read(size, deadline))

    def _read(self, size: int, deadline: float) -> bytes:
        while len(self._buffer) < size:
            left_s = deadline - time.monotonic()
            if left_s <= 0 or not select.select([self._answers], [], [], left_s)[0]:
                raise TimeoutError
            data = os.read(self._answers.fileno(), 2**16)
            if not data:
                self._process.wait()
                raise EOFError
            self._buffer += data
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken
