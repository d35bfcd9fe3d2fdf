"""The live stream: no gap, no double, whatever breaks."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import redis
from rftdeck import Client
from rftdeck.runs import Claim

from tests.server.helpers import Writer, launched_and_claimed, metrics, started
from tests.support import TOKEN, Server, wait_until


class Listener:
    """An EventSource: reconnects with Last-Event-ID for ever."""

    def __init__(self, server: Server, run_id: int, after: int) -> None:
        self.server, self.run_id, self.last_id = server, run_id, after
        self.ids: list[int] = []
        self.arrived: dict[int, float] = {}
        self.resets = 0
        self._stop = False
        self.connections = 0
        self._response: httpx.Response | None = None
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        while not self._stop:
            try:
                with httpx.stream(
                    "GET",
                    f"{self.server.url}/api/v1/stream",
                    params={"run": self.run_id},
                    headers={"Authorization": f"Bearer {TOKEN}", "Last-Event-ID": str(self.last_id)},
                    timeout=30,
                ) as response:
                    self._response = response
                    self.connections += 1
                    self._read(response.iter_lines())
            except (httpx.HTTPError, httpx.StreamError, OSError):
                time.sleep(0.05)

    def _read(self, lines: Iterator[str]) -> None:
        kind = "message"
        for line in lines:
            if line.startswith("id: "):
                self.last_id = int(line[4:])
            elif line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("data: "):
                if kind == "reset":
                    self.resets += 1
                else:
                    event = json.loads(line[6:])
                    assert event["run_id"] == self.run_id
                    assert event["id"] == self.last_id
                    self.ids.append(event["id"])
                    self.arrived[event["id"]] = time.time()
                kind = "message"

    def cut(self) -> None:
        """Break the connection from outside, as a network does."""
        if self._response is not None:
            self._response.extensions["network_stream"].get_extra_info("socket").shutdown(2)

    def close(self) -> None:
        self._stop = True
        self.cut()


@contextmanager
def listening(server: Server, claim: Claim, after: int) -> Iterator[Listener]:
    listener = Listener(server, claim.run_id, after)
    try:
        yield listener
    finally:
        listener.close()


def ids_in_sql(client: Client, claim: Claim) -> list[int]:
    return [event.id for event in client.events(claim.run_id)]


def test_a_listener_gets_the_past_and_the_present_once_each(
    server: Server, client: Client, tmp_path: Path
) -> None:
    claim = launched_and_claimed(client)
    writer = Writer(tmp_path / "spool", client, claim)
    writer.send(started(), *(metrics(step, reward=1.0) for step in range(1, 50)))
    with listening(server, claim, after=0) as listener:
        for step in range(50, 100):
            writer.send(metrics(step, reward=1.0))
        expected = ids_in_sql(client, claim)
        wait_until(lambda: len(listener.ids) >= len(expected))
        assert listener.ids == expected


def test_cut_connections_resume_from_last_event_id(server: Server, client: Client, tmp_path: Path) -> None:
    claim = launched_and_claimed(client)
    writer = Writer(tmp_path / "spool", client, claim)
    writer.send(started())
    with listening(server, claim, after=0) as listener:
        for step in range(1, 120):
            writer.send(metrics(step, reward=1.0))
            if step % 20 == 0:
                listener.cut()
        expected = ids_in_sql(client, claim)
        wait_until(lambda: len(listener.ids) >= len(expected))
        assert listener.ids == expected
        assert listener.connections >= 4


def test_events_arrive_within_a_second(server: Server, client: Client, tmp_path: Path) -> None:
    claim = launched_and_claimed(client)
    writer = Writer(tmp_path / "spool", client, claim)
    writer.send(started())
    with listening(server, claim, after=0) as listener:
        wait_until(lambda: listener.ids)
        sent = {}
        for step in range(1, 21):
            sent[step] = time.time()
            writer.send(metrics(step, reward=1.0))
            time.sleep(0.02)
        expected = ids_in_sql(client, claim)
        wait_until(lambda: len(listener.ids) >= len(expected))
    delays = sorted(
        listener.arrived[event_id] - sent[step] for step, event_id in enumerate(expected[-20:], start=1)
    )
    assert delays[len(delays) // 2] < 1.0


def test_a_wrong_cursor_is_refused(server: Server) -> None:
    answer = httpx.get(
        f"{server.url}/api/v1/stream",
        headers={"Authorization": f"Bearer {TOKEN}", "Last-Event-ID": "yesterday"},
    )
    assert answer.status_code == 422


def test_an_old_cursor_is_told_to_start_over(
    own_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rftdeck_server.stream.hub import MAX_BEHIND

    with own_server.client() as client:
        claim = launched_and_claimed(client)
        writer = Writer(tmp_path / "spool", client, claim)
        writer.send(started(), *(metrics(step, reward=1.0) for step in range(1, MAX_BEHIND + 10)))
        with listening(own_server, claim, after=1) as listener:
            wait_until(lambda: listener.resets == 1)
            writer.send(metrics(10**6, reward=1.0))
            wait_until(lambda: len(listener.ids) == 1)


@pytest.mark.parametrize("own_server", ["sqlite", "postgresql"], indirect=True)
def test_killed_server_and_emptied_redis_lose_nothing(own_server: Server, tmp_path: Path) -> None:
    """Invariants 1 and 4: kill -9 in the middle, Redis flushed, and every event is there exactly once."""
    with own_server.client() as client:
        claim = launched_and_claimed(client)
        writer = Writer(tmp_path / "spool", client, claim)
        writer.send(started())
        with listening(own_server, claim, after=0) as listener:
            feeding = threading.Thread(target=_feed, args=(writer,))
            feeding.start()
            for _ in range(3):
                time.sleep(0.4)
                own_server.kill()
                redis.Redis.from_url(own_server.redis_url).flushall()
                own_server.start()
            feeding.join()
            assert writer.shipper.drain(60)
            expected = ids_in_sql(client, claim)
            wait_until(lambda: len(listener.ids) >= len(expected))
            assert listener.ids == expected
        steps = [
            step
            for event in client.events(claim.run_id)
            if event.event.type == "metrics.logged"
            for step in event.event.steps
        ]
        assert steps == list(range(1, 301))


def _feed(writer: Writer) -> None:
    for step in range(1, 301):
        writer.spool.append(metrics(step, reward=1.0))
        if step % 10 == 0:
            writer.shipper.drain(30)
        time.sleep(0.005)
