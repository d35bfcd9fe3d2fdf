"""Jobs survive their process and their server, happen exactly once, and end when a person says so."""

import json
import os
import signal
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from rftdeck import Client
from rftdeck.datasets import DatasetCreate, DatasetVersionRead, PathSource
from rftdeck.errors import RftdeckError
from rftdeck_server.core.database import Database
from rftdeck_server.jobs import store
from rftdeck_server.jobs.report import JobLost, Report
from rftdeck_server.jobs.tables import JobRow

from tests.support import Server, wait_until

BOTH = pytest.mark.parametrize("own_server", ["sqlite", "postgresql"], indirect=True)
N = 60_000
"""Rows of an import that takes some seconds."""


@pytest.fixture(scope="module")
def many_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rows") / "many.jsonl"
    with path.open("w") as file:
        for i in range(N):
            file.write(json.dumps({"question": f"What is {i} + {i}?", "answer": str(2 * i)}) + "\n")
    return path


def children(server: Server) -> list[int]:
    """Processes of jobs that this server runs."""
    assert server.process is not None
    found = Path(f"/proc/{server.process.pid}/task").glob("*/children")
    pids = [int(pid) for file in found for pid in file.read_text().split()]
    return [pid for pid in pids if b"job_process" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def started(client: Client, path: Path, name: str = "many") -> DatasetVersionRead:
    """An import that has read some rows."""
    version = client.create_dataset(DatasetCreate(name=name, source=PathSource(path=str(path))))

    def reads() -> bool:
        job = client.dataset_version(version.id).job
        return job is not None and bool(job.fraction)

    wait_until(reads, timeout_s=60)
    return version


def n_rows(url: str, table: str) -> int:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()
    engine.dispose()
    return int(found)


@BOTH
def test_a_killed_job_is_taken_up_again_and_done_once(own_server: Server, many_rows: Path) -> None:
    with own_server.client() as client:
        version = started(client, many_rows)
        (pid,) = children(own_server)
        os.kill(pid, signal.SIGKILL)
        done = client.wait_for_dataset(version.id, timeout_s=120)
        assert (done.state, done.rows) == ("ready", N)
        assert [row.id for row in client.export_dataset(version.id)] == [str(i) for i in range(1, N + 1)]
        assert n_rows(own_server.database_url, "dataset_chunks") == -(-N // 256)
        assert list((own_server.folder / "imports").iterdir()) == []


@BOTH
def test_a_killed_server_takes_its_job_with_it_and_the_next_one_does_it_once(
    own_server: Server, many_rows: Path
) -> None:
    own_server.env["RFTDECK_LEASE_S"] = "3"
    with own_server.client() as client:
        version = started(client, many_rows)
        (pid,) = children(own_server)
        own_server.kill()
        wait_until(lambda: not Path(f"/proc/{pid}").exists() or _is_zombie(pid))
        own_server.start()
        assert client.dataset_version(version.id).state == "importing"
        done = client.wait_for_dataset(version.id, timeout_s=120)
        assert (done.state, done.rows) == ("ready", N)
        assert n_rows(own_server.database_url, "dataset_chunks") == -(-N // 256)
        assert list((own_server.folder / "imports").iterdir()) == []


def test_a_server_that_is_stopped_gives_its_job_to_the_next_one_at_once(
    own_server: Server, many_rows: Path
) -> None:
    with own_server.client() as client:
        version = started(client, many_rows)
        own_server.stop()
        own_server.start()
        assert client.wait_for_dataset(version.id, timeout_s=60).rows == N
        with Database(own_server.database_url).read() as session:
            assert session.scalar(sa.select(JobRow.tries)) == 1


@BOTH
def test_a_cancelled_import_ends_at_once_and_leaves_nothing(own_server: Server, many_rows: Path) -> None:
    with own_server.client() as client:
        version = started(client, many_rows)
        (pid,) = children(own_server)
        answer = client.cancel_import(version.id)
        assert (answer.state, answer.job and answer.job.state) == ("cancelled", "cancelled")
        wait_until(lambda: not Path(f"/proc/{pid}").exists(), timeout_s=5)

        def is_clean() -> bool:
            with Database(own_server.database_url).read() as session:
                return bool(session.scalar(sa.select(JobRow.cleaned)))

        wait_until(is_clean, timeout_s=10)
        assert n_rows(own_server.database_url, "dataset_chunks") == 0
        assert list((own_server.folder / "imports").iterdir()) == []
        assert client.dataset_version(version.id).state == "cancelled"
        with pytest.raises(RftdeckError, match="not being imported"):
            client.cancel_import(version.id)
        client.delete_dataset_version(version.id)
        assert client.datasets() == []


def test_a_job_that_dies_again_and_again_fails(own_server: Server, many_rows: Path) -> None:
    with own_server.client() as client:
        version = started(client, many_rows)

        def is_over() -> DatasetVersionRead | None:
            for pid in children(own_server):
                os.kill(pid, signal.SIGKILL)
            found = client.dataset_version(version.id)
            return found if found.state != "importing" else None

        found = wait_until(is_over, timeout_s=60, pause_s=0.01)
        assert found.state == "failed"
        assert found.job is not None
        assert "ended 3 times" in (found.job.error or "")


def _is_zombie(pid: int) -> bool:
    return ") Z " in Path(f"/proc/{pid}/stat").read_text()


def a_job(database: Database) -> int:
    with database.write() as session:
        return store.create(session, "import", 1).id


def test_of_many_servers_one_claims_a_job(database: Database) -> None:
    job_id = a_job(database)
    with database.read() as session:
        seen = store.get(session, job_id)
    claims: list[int | None] = []

    def claim(server: str) -> None:
        with database.write() as session:
            claims.append(store.claim(session, seen, server))

    threads = [threading.Thread(target=claim, args=(f"s{i}",)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claims, key=str) == [1] + [None] * 7


def test_a_silent_job_is_claimed_by_another_server_and_the_first_writes_nothing_more(
    database: Database,
) -> None:
    job_id = a_job(database)
    with database.read() as session:
        seen = store.get(session, job_id)
    with database.write() as session:
        assert store.claim(session, seen, "first") == 1
    with database.read() as session:
        assert store.waiting(session, 15.0) == []
        (silent,) = store.waiting(session, -1.0)
    with database.write() as session:
        assert store.claim(session, silent, "second") == 2
        assert not store.beat(session, job_id, 1, 0.5, "still here")
        assert store.beat(session, job_id, 2, 0.1, "from the start")
        store.finish(session, job_id, 1, None, "late")
        store.give_back(session, job_id, 1, counts=True)
    first = Report(database, job_id, 1)
    with pytest.raises(JobLost), database.write() as session:
        first.guard(session)
    with database.read() as session:
        job = store.get(session, job_id)
    assert (job.state, job.server, job.message, job.error) == ("running", "second", "from the start", None)


def test_what_is_cancelled_stays_cancelled(database: Database) -> None:
    job_id = a_job(database)
    with database.write() as session:
        assert store.cancel(session, job_id).state == "cancelled"
    with database.write() as session:
        store.finish(session, job_id, 0, "done", None)
        assert store.waiting(session, -1.0) == []
        assert store.cancel(session, job_id).finished_at is not None
        assert store.get(session, job_id).state == "cancelled"
