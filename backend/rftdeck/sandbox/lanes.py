"""The processes of a Judge and what each of them is at."""

import select
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import orjson

from rftdeck.sandbox import wire
from rftdeck.sandbox.batch import Batch, Chunk
from rftdeck.sandbox.calls import Described
from rftdeck.sandbox.process import BrokeProtocol, RewardProcess


@dataclass
class Worker:
    """A process and what it has been sent."""

    process: RewardProcess
    loading: bool = False
    """It was sent the source of a custom reward and has not described it."""
    chunks: deque[Chunk] = field(default_factory=deque)
    answered: int = 0
    """Units, in its whole life."""
    begun: int = 0
    since: float = 0.0
    """When `begun` last changed, or the process got work after having had none."""
    looked: float = 0.0
    """When its files were last counted."""

    @property
    def busy(self) -> bool:
        return self.loading or bool(self.chunks)

    def count(self) -> int:
        """Units that it has begun. Raises BrokeProtocol for a number that cannot be."""
        begun = self.process.begun()
        ahead = sum(len(chunk.rest) for chunk in self.chunks) + self.loading
        if not self.begun <= begun <= self.answered + ahead:
            raise BrokeProtocol
        return begun

    def where(self) -> int | None:
        """Place in its first chunk of the unit that a process is at; None when it is at none."""
        place = self.chunks[0].done + self.begun - self.answered - 1
        if self.begun == self.answered or place >= len(self.chunks[0].units):
            return None
        return place


@dataclass
class Lane:
    """The processes of the library, or of one custom reward: no other code ever runs in them."""

    source: str | None
    workers: list[Worker] = field(default_factory=list)
    described: Described | None = None
    deaths: int = 0
    """While loading."""


def is_open(lane: Lane, batch: Batch) -> bool:
    return bool(lane.described is None or batch.todo or any(worker.busy for worker in lane.workers))


def wait(processes: list[RewardProcess], seconds: float) -> set[int | None]:
    """Descriptors that can be read or written, or are closed on the other side."""
    poll = select.poll()  # unlike select it takes descriptors above 1023
    for process in processes:
        poll.register(process.readable, select.POLLIN)
        if process.writable is not None:
            poll.register(process.writable, select.POLLOUT)
    return {descriptor for descriptor, _ in poll.poll(seconds * 1000)}


def read_described(message: bytes) -> Described:
    """Raises ProtocolError."""
    try:
        fields: dict[str, Any] = orjson.loads(message)
        described = Described(**fields)
    except (ValueError, TypeError) as error:
        raise wire.ProtocolError from error
    texts = {type(text) for text in (described.doc, described.error or "", described.traceback or "")}
    if texts != {str} or not isinstance(described.params, dict):
        raise wire.ProtocolError
    return described
