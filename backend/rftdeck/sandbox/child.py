"""A reward process. It reads jobs and sends answers over pipes of its own, see wire.py.

Before each unit it writes how many units it has begun in its life into a few bytes of shared memory: whoever waits
knows which sample hangs, and which one killed the process.
"""

import contextlib
import gc
import importlib
import io
import mmap
import os
import sys
import time
from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import Any

import orjson

from rftdeck.rewards import REWARDS, Sample
from rftdeck.sandbox import custom, wire
from rftdeck.sandbox.calls import Limits
from rftdeck.sandbox.confine import confine
from rftdeck.sandbox.units import Results, explain

FLUSH_S = 0.05
"""Of work that is done again when the next sample hangs."""
MAX_OUTPUT = 4_000
"""Bytes that are kept of what reward code prints in a job."""


class Printed(io.RawIOBase):
    """Takes everything and keeps the beginning; `text` is what stands for sys.stdout."""

    def __init__(self) -> None:
        self.kept = b""
        self.text = io.TextIOWrapper(io.BufferedWriter(self), errors="replace")

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        size = memoryview(data).nbytes
        if len(self.kept) < MAX_OUTPUT:
            self.kept += bytes(memoryview(data)[: MAX_OUTPUT - len(self.kept)])
        return size

    def take(self) -> str:
        with contextlib.suppress(ValueError):  # the code closed it
            self.text.flush()
        text, self.kept = self.kept.decode(errors="replace"), b""
        return text


class Child:
    def __init__(self, answers: int, progress: int) -> None:
        self._answers = answers
        self._begun = memoryview(mmap.mmap(progress, 8)).cast("Q")
        self._score: Callable[..., Any] | None = None
        self._seen: set[str] = set()
        self._results = Results()
        self._flushed = 0.0
        """When the last results were sent."""
        self.printed = Printed()

    def load(self, source: str) -> None:
        """Become the process of a custom reward."""
        self._begun[0] += 1
        described: dict[str, Any] = {"params": {}, "doc": "", "error": None, "traceback": None}
        try:
            self._score = custom.load(source)
            described["doc"] = (self._score.__doc__ or sys.modules[custom.MODULE].__doc__ or "").strip()
            described["params"] = custom.params_schema(self._score)
        except BaseException as error:
            described["error"], described["traceback"] = explain(error)
        self.send(described)

    def preload(self, modules: list[str]) -> None:
        for name in modules:
            try:
                importlib.import_module(name)
            except Exception:  # whoever needs it will say so
                continue
        self._seen = set(sys.modules)

    def score(self, job: wire.Job) -> None:
        samples = [Sample(*fields) for fields in job["samples"]]
        flush_s = 0.0 if job["careful"] else FLUSH_S
        self._results = Results()
        self._flushed = time.perf_counter()
        for number, places in job["tasks"]:
            call = job["calls"][number]
            if self._score is not None:
                function, scope = self._score, call["scope"]
            else:
                function, scope = REWARDS[call["name"]].function, REWARDS[call["name"]].scope
            if scope == "group":
                groups = [[samples[member] for member in place] for place in places]
                self._score_groups(function, groups, call["params"], flush_s)
            else:
                self._score_samples(function, [samples[place] for place in places], call["params"], flush_s)
        self._flush()

    def _score_samples(
        self, function: Callable[..., Any], samples: list[Sample], params: dict[str, Any], flush_s: float
    ) -> None:
        # Cheap rewards take a microsecond: what stands in this loop is what isolation costs them.
        begun, clock, results = self._begun, time.perf_counter, self._results
        count = begun[0]
        before = clock()
        for sample in samples:
            if before - self._flushed > flush_s and results.units:
                self._flush()
                results = self._results
                before = clock()
            count += 1
            begun[0] = count
            try:
                score = function(sample, **params)
            except BaseException as error:
                score = error
            after = clock()
            results.units += 1
            if type(score) is float and isfinite(score):
                results.scores.append(score)
                results.seconds.append(after - before)
            else:
                results.add(score, after - before)
            before = after

    def _score_groups(
        self, function: Callable[..., Any], groups: list[list[Sample]], params: dict[str, Any], flush_s: float
    ) -> None:
        for group in groups:
            if self._results.units and time.perf_counter() - self._flushed > flush_s:
                self._flush()
            self._begun[0] += 1
            self._results.score_group(function, group, params)

    def _flush(self) -> None:
        results, self._results = self._results, Results()
        modules: list[str] = []
        if self._score is None and len(sys.modules) != len(self._seen):
            fresh = {name.partition(".")[0] for name in sys.modules.keys() - self._seen}
            modules, self._seen = sorted(fresh), set(sys.modules)
        self.send(
            wire.Answer(
                units=results.units,
                scores=results.scores,
                seconds=results.seconds,
                notes=results.notes,
                output=self.printed.take(),
                modules=modules,
            )
        )
        self._flushed = time.perf_counter()

    def send(self, message: object) -> None:
        data = memoryview(wire.frame(message))
        while data:
            data = data[os.write(self._answers, data) :]


def main(arguments: list[str]) -> None:
    """`arguments`: limits as JSON, scratch directory, then the numbers of our three descriptors."""
    limits = Limits(**orjson.loads(arguments[0]))
    jobs, answers, progress = map(int, arguments[2:])
    child = Child(answers, progress)
    os.close(progress)
    isolation = confine(Path(arguments[1]), limits)
    # What reward code prints goes nowhere: our log and our disk are not its own.
    silence = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(silence, descriptor)
    os.close(silence)
    sys.stdin = io.StringIO()
    sys.stdout = sys.stderr = child.printed.text
    child.preload([])
    gc.freeze()  # no collection looks through the imported modules again
    child.send({"isolation": isolation})
    with open(jobs, "rb") as source:
        while header := source.read(wire.HEADER.size):
            job = orjson.loads(source.read(wire.HEADER.unpack(header)[0]))
            if "source" in job:
                child.load(job["source"])
            elif "preload" in job:
                child.preload(job["preload"])
            else:
                child.score(job)
