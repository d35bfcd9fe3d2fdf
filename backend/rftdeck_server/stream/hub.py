"""One reader of the event table per process, which fans out to all live clients of that process."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import redis.asyncio
from sqlalchemy import Row

from rftdeck_server.core.bus import CHANNEL
from rftdeck_server.core.database import Database
from rftdeck_server.events import log as event_log

log = logging.getLogger(__name__)

POLL_S = 1.0
"""Redis is only a hint: without one, the table is looked at this often."""
GATHER_S = 0.02
"""Wait so long after a hint, so that commits which come together are read together."""
PAGE = 1000
QUEUE_FRAMES = 5000
"""A client that falls behind by more is let go; it comes back with its cursor and reads on from SQL."""
HEARTBEAT_S = 15.0
MAX_BEHIND = 20_000
"""A cursor further back than this gets a `reset`: reading everything again is cheaper for both sides."""
HEARTBEAT = b": alive\n\n"


@dataclass(frozen=True)
class Frame:
    id: int
    run_id: int
    data: bytes
    """Encoded once for all clients."""


@dataclass(eq=False)
class _Client:
    runs: frozenset[int]
    frames: asyncio.Queue[Frame | None] = field(default_factory=lambda: asyncio.Queue(QUEUE_FRAMES))
    lost: bool = False


def encode(row: Row[int, int, int | None, datetime, str]) -> Frame:
    id_, run_id, attempt, time, payload = row
    moment = time.isoformat().replace("+00:00", "Z")
    of = "null" if attempt is None else attempt
    head = f'{{"id":{id_},"run_id":{run_id},"attempt":{of},"time":"{moment}","event":'
    return Frame(id_, run_id, f"id: {id_}\ndata: {head}{payload}}}\n\n".encode())


class Hub:
    def __init__(self, database: Database, redis_url: str) -> None:
        self.database = database
        self._redis_url = redis_url
        self._clients: set[_Client] = set()
        self.cursor = 0
        """Everything up to here was given to the clients."""
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.cursor = await asyncio.to_thread(self._newest_id)
        self._task = asyncio.create_task(self._run(), name="stream hub")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        for client in self._clients:
            client.lost = True
            _offer(client, None)

    @property
    def n_clients(self) -> int:
        return len(self._clients)

    def _newest_id(self) -> int:
        with self.database.read() as session:
            return event_log.last_id(session)

    def _read(self, after: int, up_to: int | None, runs: Sequence[int]) -> list[Frame]:
        with self.database.read() as session:
            return [encode(row) for row in event_log.rows_after(session, after, PAGE, up_to=up_to, runs=runs)]

    async def _run(self) -> None:
        while True:
            try:
                client = redis.asyncio.Redis.from_url(self._redis_url, socket_timeout=None)
                async with client, client.pubsub() as hints:
                    await hints.subscribe(CHANNEL)
                    while True:
                        await hints.get_message(ignore_subscribe_messages=True, timeout=POLL_S)
                        await asyncio.sleep(GATHER_S)
                        while await hints.get_message(ignore_subscribe_messages=True, timeout=0):
                            pass
                        await self._deliver()
            except (redis.RedisError, OSError) as error:
                log.warning("no hints from Redis (%s); looking every %.0f s", error, POLL_S)
                await asyncio.sleep(POLL_S)
                await self._deliver_safely()
            except Exception:
                log.exception("the stream hub stumbled; it goes on")
                await asyncio.sleep(POLL_S)

    async def _deliver_safely(self) -> None:
        try:
            await self._deliver()
        except Exception:
            log.exception("cannot read new events")

    async def _deliver(self) -> None:
        while frames := await asyncio.to_thread(self._read, self.cursor, None, ()):
            self.cursor = frames[-1].id
            for client in self._clients:
                for frame in frames:
                    if not client.runs or frame.run_id in client.runs:
                        _offer(client, frame)

    async def follow(self, after: int | None, runs: Iterable[int]) -> AsyncIterator[bytes]:
        """Frames after a cursor, without a gap and without a double, for ever. None starts with what comes next."""
        client = _Client(frozenset(runs))
        self._clients.add(client)  # from here on, what comes waits in its queue
        caught_up = self.cursor
        try:
            yield b"retry: 1000\n\n"
            position = caught_up if after is None or after > caught_up else after
            if caught_up - position > MAX_BEHIND:
                yield b"id: %d\nevent: reset\ndata: {}\n\n" % caught_up
                position = caught_up
            while position < caught_up:
                frames = await asyncio.to_thread(self._read, position, caught_up, sorted(client.runs))
                if not frames:
                    break
                position = frames[-1].id
                yield b"".join(frame.data for frame in frames)
            while not client.lost:
                try:
                    frame = await asyncio.wait_for(client.frames.get(), HEARTBEAT_S)
                except TimeoutError:
                    yield HEARTBEAT
                    continue
                if frame is None:
                    return
                yield frame.data
        finally:
            self._clients.discard(client)


def _offer(client: _Client, frame: Frame | None) -> None:
    try:
        client.frames.put_nowait(frame)
    except asyncio.QueueFull:
        client.lost = True
