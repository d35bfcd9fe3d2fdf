"""What the server does by itself: rings again, gives up dead leases, migrates."""

import time
from pathlib import Path

import pytest
import redis
import sqlalchemy as sa
from rftdeck.runs import ClaimRequest
from rftdeck.states import RunState
from rftdeck_server.core.database import Database
from rftdeck_server.tables import Base

from tests.server.helpers import Writer, a_queue, a_spec, metrics, started
from tests.support import Server, redis_server, spawn, wait_until


@pytest.fixture
def quick_server(own_server: Server) -> Server:
    own_server.stop()
    own_server.env["RFTDECK_LEASE_S"] = "1.5"
    own_server.start()
    return own_server


def test_a_silent_worker_loses_its_run_and_the_next_attempt_resumes(
    quick_server: Server, tmp_path: Path
) -> None:
    queue = a_queue()
    with quick_server.client() as client:
        run_id = client.launch(a_spec(queue)).id
        claim = client.claim(ClaimRequest(worker="dies", queues=[queue]))
        assert claim is not None
        writer = Writer(tmp_path / "spool", client, claim)
        writer.send(started())
        wait_until(lambda: client.run(run_id).state is RunState.QUEUED, 15)
        writer.send(metrics(1, reward=1.0))  # what was spooled before its death still counts
        again = client.claim(ClaimRequest(worker="lives", queues=[queue]))
        assert again is not None
        assert again.attempt == 2
        assert "no heartbeat from dies" in (client.attempts(run_id)[0].reason or "")


def test_heartbeats_keep_the_lease_and_a_restarted_server_grants_a_grace_period(
    quick_server: Server,
) -> None:
    queue = a_queue()
    with quick_server.client() as client:
        run_id = client.launch(a_spec(queue)).id
        claim = client.claim(ClaimRequest(worker="w", queues=[queue]))
        assert claim is not None
        for _ in range(6):
            time.sleep(0.5)
            client.heartbeat(run_id, claim.attempt, claim.token)
        quick_server.kill()
        time.sleep(2.0)  # longer than the lease
        quick_server.start()
        time.sleep(0.5)
        client.heartbeat(run_id, claim.attempt, claim.token)
        assert client.run(run_id).state is RunState.CLAIMED


def test_a_waiting_run_is_rung_again_when_redis_lost_the_ring(own_server: Server) -> None:
    queue = a_queue()
    connection = redis.Redis.from_url(own_server.redis_url)
    with own_server.client() as client:
        client.launch(a_spec(queue))
        wait_until(lambda: connection.llen(f"rftdeck.{queue}"))
        connection.delete(f"rftdeck.{queue}")
        wait_until(lambda: connection.llen(f"rftdeck.{queue}"), 15)


def test_launching_works_while_redis_is_away(own_server: Server, tmp_path: Path) -> None:
    own_server.stop()
    with redis_server(tmp_path / "redis") as url:
        own_server.redis_url = url
        own_server.start()
        with own_server.client() as client:
            assert client.ready()
    with own_server.client() as client:
        assert not client.ready()
        begun = time.monotonic()
        run = client.launch(a_spec(a_queue()))
        assert client.run(run.id).state is RunState.QUEUED
        assert time.monotonic() - begun < 10


def test_migrations_make_the_tables_that_the_code_expects(database: Database) -> None:
    inspector = sa.inspect(database.engine)
    for name, table in Base.metadata.tables.items():
        there = {column["name"]: column["nullable"] for column in inspector.get_columns(name)}
        assert there == {column.name: column.nullable for column in table.columns}
        indexes = {index["name"] for index in inspector.get_indexes(name)}
        assert {index.name for index in table.indexes} <= indexes


def test_two_embedded_redis_never_share_a_folder(tmp_path: Path) -> None:
    with redis_server(tmp_path / "redis") as url:
        second = spawn(
            "rftdeck_server.embedded_redis",
            str(tmp_path / "redis"),
            log=tmp_path / "second.log",
            env={"RFTDECK_REDIS_URL": url},
        )
        assert second.wait(20) != 0
    assert "another Redis already runs" in (tmp_path / "second.log").read_text()


def test_embedded_redis_keeps_its_data_on_disk(tmp_path: Path) -> None:
    with redis_server(tmp_path / "redis") as url:
        redis.Redis.from_url(url).set("key", "value")
        time.sleep(1.2)  # appendfsync everysec
    with redis_server(tmp_path / "redis") as url:
        assert redis.Redis.from_url(url).get("key") == b"value"
