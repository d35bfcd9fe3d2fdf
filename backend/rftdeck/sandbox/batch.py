"""One batch and one kind of reward code: what is still to be scored, and who is to blame when a process dies."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from rftdeck.rewards import REWARDS, Sample
from rftdeck.sandbox import wire
from rftdeck.sandbox.calls import Call, Limits, Verdict
from rftdeck.sandbox.units import MAX_TEXT, MAX_TRACEBACK

MAX_CHUNK = 128
"""Samples. A batch travels in parts, so that its next part is read while one is scored."""
CHUNKS = 4
"""Parts a process, if the batch is large enough."""
MIN_CHUNK = 16

Unit = tuple[int, tuple[int, ...]]
"""A call and the samples that it sees at once: what can be blamed."""
_Details = tuple[str | None, str | None, str | None, str | None]
"""Reason, traceback, parsed, why."""
_PLAIN: _Details = (None, None, None, None)
Verdicts = list[list[Verdict | None]]
"""[call][sample]; None until it is known."""


@dataclass
class Chunk:
    """Units that go to a process in one message, and come back in their order."""

    units: list[Unit]
    done: int = 0
    """Answered units."""
    careful: bool = False
    """It met a hang or a death: each answer is sent at once, so that no unit is scored again and again."""

    @property
    def sizes(self) -> list[int]:
        return [len(members) for _, members in self.units[self.done :]]

    @property
    def rest(self) -> list[Unit]:
        return self.units[self.done :]


class Batch:
    """The calls of one process pool: those of the library, or those of one custom reward."""

    def __init__(
        self, numbers: Sequence[int], calls: Sequence[Call], samples: Sequence[Sample], verdicts: Verdicts
    ) -> None:
        self._calls, self._samples, self._verdicts = calls, samples, verdicts
        self._numbers = numbers
        self.names = {calls[number].name for number in numbers}
        self.todo: deque[Chunk] = deque()
        self._suspects: set[Unit] = set()
        self._deaths: dict[int, int] = {}

    def plan(self, groups: Sequence[Sequence[int]], processes: int) -> None:
        """Cut the work into chunks of whole groups."""
        size = max(MIN_CHUNK, min(MAX_CHUNK, -(-len(self._samples) // (CHUNKS * processes))))
        part: list[int] = []
        whole: list[tuple[int, ...]] = []
        for place, group in enumerate(groups):
            part += group
            whole.append(tuple(group))
            if len(part) >= size or place == len(groups) - 1:
                self.todo.append(Chunk(self._units(part, whole)))
                part, whole = [], []

    def _units(self, part: list[int], groups: list[tuple[int, ...]]) -> list[Unit]:
        singles = [(sample,) for sample in part]
        return [
            (number, members)
            for number in self._numbers
            for members in (groups if scope_of(self._calls[number]) == "group" else singles)
        ]

    def message(self, chunk: Chunk) -> wire.Job:
        """What a process is told of a chunk."""
        members = dict.fromkeys(member for _, members in chunk.rest for member in members)
        places = dict(zip(members, range(len(members)), strict=True))
        numbers = {number: place for place, number in enumerate(self._numbers)}
        tasks: list[tuple[int, list[Any]]] = []
        for number, units in groupby(chunk.rest, itemgetter(0)):
            if scope_of(self._calls[number]) == "group":
                told: list[Any] = [[places[member] for member in group] for _, group in units]
            else:
                told = [places[sample] for _, (sample,) in units]
            tasks.append((numbers[number], told))
        return wire.Job(
            calls=[
                {"name": call.name, "params": call.params, "scope": call.scope}
                for call in (self._calls[number] for number in self._numbers)
            ],
            samples=[wire.pack_sample(self._samples[member]) for member in places],
            tasks=tasks,
            careful=chunk.careful,
        )

    def call_of(self, unit: Unit) -> Call:
        return self._calls[unit[0]]

    def take(self, chunk: Chunk, answer: wire.Answer) -> None:
        """Fill in what a process says of the next units of a chunk."""
        scores, seconds, notes = answer["scores"], answer["seconds"], answer["notes"]
        details = dict.fromkeys(range(len(scores)), _PLAIN)
        for place, reason, trace, parsed, why in notes:  # a process may send more than it should
            trace = trace and trace[-MAX_TRACEBACK:]
            details[place] = _cut(reason), trace, _cut(parsed), _cut(why)
        verdicts = map(_verdict, scores, details.values(), seconds)
        for number, members in chunk.units[chunk.done : chunk.done + answer["units"]]:
            row = self._verdicts[number]
            for member in members:
                row[member] = next(verdicts)
        chunk.done += answer["units"]

    def blame(self, unit: Unit, reason: str, seconds: float = 0.0, *, timed_out: bool = False) -> None:
        for member in unit[1]:
            self._verdicts[unit[0]][member] = Verdict(
                None, reason, None, None, None, seconds / len(unit[1]), timed_out
            )

    def hung(self, chunk: Chunk, place: int) -> None:
        """The unit at this place of a chunk took too long."""
        unit = chunk.units[place]
        timeout_s = self.call_of(unit).timeout_s
        self.blame(unit, f"timed out after {timeout_s:g} s", timeout_s * len(unit[1]), timed_out=True)
        self._again(chunk, without=place)

    def died(self, chunk: Chunk, place: int, cause: str, limits: Limits) -> None:
        """The process died at the unit at this place of a chunk.

        The first death may have any cause; a unit that meets a second one is taken to be guilty.
        """
        unit = chunk.units[place]
        if unit not in self._suspects:
            self._suspects.add(unit)
            self._again(chunk)
        else:
            self.blame(unit, f"killed the reward process ({cause})")
            self._again(chunk, without=place)
        deaths = self._deaths[unit[0]] = self._deaths.get(unit[0], 0) + 1
        if deaths >= limits.deaths:
            self.drop_call(
                unit[0], f"not scored: {deaths} reward processes died of it in this batch ({cause})"
            )

    def drop_call(self, number: int, reason: str) -> None:
        """Score no more units of a call."""
        kept = deque[Chunk]()
        for chunk in self.todo:
            for unit in chunk.rest:
                if unit[0] == number:
                    self.blame(unit, reason)
            if units := [unit for unit in chunk.rest if unit[0] != number]:
                kept.append(Chunk(units, careful=chunk.careful))
        self.todo = kept

    def fail(self, reason: str, traceback: str | None = None, *, timed_out: bool = False) -> None:
        """Nothing more is scored."""
        self.todo.clear()
        missing = Verdict(None, reason, traceback, None, None, 0.0, timed_out)
        for number in self._numbers:
            self._verdicts[number] = [verdict or missing for verdict in self._verdicts[number]]

    def again(self, chunk: Chunk) -> None:
        """Score the rest of a chunk whose process is gone for another reason."""
        if chunk.rest:
            self.todo.appendleft(Chunk(chunk.rest, careful=chunk.careful))

    def _again(self, chunk: Chunk, without: int | None = None) -> None:
        units = [unit for place, unit in enumerate(chunk.units) if place >= chunk.done and place != without]
        if units:
            self.todo.appendleft(Chunk(units, careful=True))


def _cut(text: str | None) -> str | None:
    return text and text[:MAX_TEXT]


def _verdict(score: float | None, details: _Details, seconds: float) -> Verdict:
    return Verdict(score, *details, seconds)


def scope_of(call: Call) -> str:
    return call.scope if call.source is not None else REWARDS[call.name].scope


def group_samples(samples: Sequence[Sample]) -> list[list[int]]:
    """Places of the samples by their group, in the order of their first ones; without a group each is its own."""
    groups: dict[str | int, list[int]] = {}
    for place, sample in enumerate(samples):
        groups.setdefault(sample.group or place, []).append(place)
    return list(groups.values())
