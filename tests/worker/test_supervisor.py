"""The supervisor and the leftovers against a real server. The trainings here fail before torch is used."""

import os
from pathlib import Path

import pytest
from rftdeck import Client
from rftdeck.events import LogWritten
from rftdeck.runs import Claim, ClaimRequest
from rftdeck.spool import SpoolWriter
from rftdeck.states import Outcome, RunState
from rftdeck_worker.attempt import AttemptFolder, spool_folders, spool_root
from rftdeck_worker.leftovers import are_there, ship_leftovers
from rftdeck_worker.supervisor import supervise

from tests.support import TOKEN, Server
from tests.worker.helpers import a_claim, small_spec


@pytest.fixture
def at_server(server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose worker talks to the server."""
    monkeypatch.setenv("RFTDECK_URL", server.url)
    monkeypatch.setenv("RFTDECK_TOKEN", TOKEN)
    return home


def claimed(client: Client, queue: str) -> Claim:
    """A run that fails on the worker: its dataset has no such column."""
    spec = small_spec(dataset={"prompt_column": "question"}, resources={"queue": queue, "max_restarts": 0})
    client.launch(spec)
    claim = client.claim(ClaimRequest(worker="test", hostname="here", queues=[queue]))
    assert claim is not None
    return claim


def log_lines(client: Client, run_id: int) -> list[str]:
    return [line.text for line in client.logs(run_id)]


def test_an_attempt_is_supervised_to_its_last_event(at_server: Path, client: Client) -> None:
    claim = claimed(client, "supervised")
    supervise(claim, 0, lambda: False)
    run = client.run(claim.run_id)
    assert run.state is RunState.FAILED
    assert "dataset.prompt_column: the dataset has no column 'question'" in (run.state_reason or "")
    assert any("no column 'question'" in line for line in log_lines(client, claim.run_id))
    kinds = [event.event.type for event in client.events(claim.run_id) if event.attempt == 1]
    assert kinds[0] == "attempt.started"
    assert kinds[-1] == "attempt.ended"
    assert spool_folders() == []
    copy = at_server / "runs" / str(claim.run_id) / "attempt-1.log"
    assert "no column 'question'" in copy.read_text()


def test_a_dead_supervisor_leaves_its_events_to_the_next(at_server: Path, client: Client) -> None:
    claim = claimed(client, "left")
    folder = AttemptFolder.create(claim)
    folder.write_claim()
    assert (folder.path / "claim.json").stat().st_mode & 0o777 == 0o600
    lock = folder.lock()
    SpoolWriter(folder.path).append(LogWritten(lines=["last words"]))
    assert lock is not None
    assert not are_there()
    ship_leftovers(client)
    assert log_lines(client, claim.run_id) == []  # its supervisor lives
    os.close(lock)
    assert are_there()
    ship_leftovers(client)
    assert log_lines(client, claim.run_id) == ["last words"]
    run = client.run(claim.run_id)
    assert (run.state, run.state_reason) == (RunState.CRASHED, "the worker died")
    assert spool_folders() == []


def test_leftovers_of_an_attempt_that_lost_its_lease_are_set_aside(at_server: Path, client: Client) -> None:
    first = claimed(client, "fenced")
    supervise(first, 0, lambda: False)
    client.resume(first.run_id)
    second = client.claim(ClaimRequest(worker="test", hostname="here", queues=["fenced"]))
    assert second is not None
    folder = AttemptFolder.create(first)
    folder.write_claim()
    SpoolWriter(folder.path).append(LogWritten(lines=["too late"]))
    ship_leftovers(client)
    assert spool_folders() == []
    refused = spool_root() / "refused" / folder.path.name / "events.jsonl"
    assert "too late" in refused.read_text()
    assert "too late" not in log_lines(client, first.run_id)


def test_an_attempt_without_its_lease_is_ended(at_server: Path, client: Client) -> None:
    first = claimed(client, "stolen")
    stolen = first.model_copy(update={"token": "an older token"})
    supervise(stolen, 0, lambda: False)
    assert client.run(first.run_id).state is RunState.CLAIMED
    (attempt,) = client.attempts(first.run_id)
    assert attempt.outcome is not Outcome.FAILED
    assert (spool_root() / "refused" / f"{first.run_id}-1").is_dir()


def test_what_another_server_left_under_the_same_run_id_is_kept_apart(home: Path) -> None:
    claim = a_claim(small_spec())
    old = AttemptFolder.create(claim)
    (old.path / "events.jsonl").write_text("old")
    old.checkpoints.mkdir(parents=True)
    new = AttemptFolder.create(claim)
    assert not (new.path / "events.jsonl").exists()
    assert not new.checkpoints.exists()
    assert (spool_root() / "refused" / "1-1" / "events.jsonl").read_text() == "old"
    assert [path.name for path in home.glob("runs/1.*/checkpoints")] == ["checkpoints"]
