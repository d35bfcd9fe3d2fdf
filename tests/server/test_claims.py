"""Leases and fencing tokens."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from rftdeck import Client, RunSpec
from rftdeck.errors import Fenced, RftdeckError
from rftdeck.events import CheckpointSaved
from rftdeck.runs import ClaimRequest
from rftdeck.states import Outcome, Request, RunState
from rftdeck_server.core.bus import Bus
from rftdeck_server.core.database import Database, now
from rftdeck_server.runs import claims, launch, queries

from tests.server.helpers import Writer, a_queue, a_spec, ended, launched_and_claimed, metrics, started


def test_many_workers_race_for_a_few_runs_and_each_run_is_claimed_once(
    client: Client, server: object
) -> None:
    queue = a_queue()
    runs = [client.launch(a_spec(queue)).id for _ in range(8)]

    def work(name: int) -> list[tuple[int, str]]:
        with server.client() as own:  # type: ignore[attr-defined]
            taken = []
            while claim := own.claim(ClaimRequest(worker=f"w{name}", queues=[queue])):
                taken.append((claim.run_id, claim.token))
            return taken

    with ThreadPoolExecutor(12) as pool:
        taken = [one for batch in pool.map(work, range(12)) for one in batch]
    assert sorted(run_id for run_id, _ in taken) == sorted(runs)
    assert len({token for _, token in taken}) == len(runs)
    assert all(client.run(run_id).attempt == 1 for run_id in runs)


def test_the_best_run_is_claimed_first(client: Client) -> None:
    queue = a_queue()
    ids = {
        priority: client.launch(
            a_spec(queue).model_copy(update={"resources": _resources(queue, priority)})
        ).id
        for priority in (0, 5, -1)
    }
    later = client.launch(a_spec(queue)).id
    request = ClaimRequest(worker="w", queues=[queue])
    order = [claim.run_id for _ in range(4) if (claim := client.claim(request))]
    assert order == [ids[5], ids[0], later, ids[-1]]
    assert client.claim(request) is None


def _resources(queue: str, priority: int) -> object:
    return a_spec(queue).resources.model_copy(update={"priority": priority})


def test_stop_reaches_the_worker_with_its_next_heartbeat(client: Client, tmp_path: Path) -> None:
    claim = launched_and_claimed(client)
    writer = Writer(tmp_path / "spool", client, claim)
    writer.send(started())
    assert client.run(claim.run_id).state is RunState.RUNNING
    assert client.heartbeat(claim.run_id, claim.attempt, claim.token).requested is None
    assert client.stop(claim.run_id).requested is Request.STOP
    assert client.heartbeat(claim.run_id, claim.attempt, claim.token).requested is Request.STOP
    writer.send(metrics(7, reward=1.0), ended(Outcome.STOPPED))
    run = client.run(claim.run_id)
    assert (run.state, run.state_reason, run.requested) == (RunState.COMPLETED, "stopped at step 7", None)
    with pytest.raises(RftdeckError, match="nothing to cancel"):
        client.cancel(claim.run_id)


def test_pause_and_resume_go_on_from_the_checkpoint(client: Client, tmp_path: Path) -> None:
    queue = a_queue()
    run_id = client.launch(a_spec(queue)).id
    first = client.claim(ClaimRequest(worker="w", queues=[queue]))
    assert first is not None
    assert client.pause(run_id).state is RunState.PAUSING
    saved = CheckpointSaved(step=4, path="/there/checkpoint-4", size_bytes=9)
    Writer(tmp_path / "1", client, first).send(
        started(), *(metrics(step, reward=1.0) for step in range(1, 7)), saved, ended(Outcome.PAUSED)
    )
    assert client.run(run_id).state is RunState.PAUSED
    assert client.resume(run_id).state is RunState.QUEUED
    second = client.claim(ClaimRequest(worker="w", queues=[queue]))
    assert second is not None
    assert (second.attempt, second.checkpoint, second.checkpoint_step) == (2, "/there/checkpoint-4", 4)
    Writer(tmp_path / "2", client, second).send(started(4), metrics(5, reward=2.0))
    assert client.run(run_id).step == 5
    series = client.series(run_id, ["reward"])[0]
    assert (series.steps, series.mean) == ([1, 2, 3, 4, 5], [1.0, 1.0, 1.0, 1.0, 2.0])


def test_a_queued_run_is_cancelled_at_once(client: Client) -> None:
    run_id = client.launch(a_spec(a_queue())).id
    assert client.cancel(run_id).state is RunState.CANCELLED


@pytest.fixture
def spec() -> RunSpec:
    return a_spec()


def test_an_expired_lease_queues_the_run_again_until_its_restarts_are_spent(
    database: Database, bus: Bus, spec: RunSpec
) -> None:
    with database.write() as session:
        run_id = launch.launch(session, bus, spec, local_files=False, idempotency_key=None).id
    states = []
    for _ in range(3):
        with database.write() as session:
            run = claims.claim_best(session, bus, ClaimRequest(worker="w"), lease_s=10)
            assert run is not None
            token, attempt = run.token or "", run.attempt
        with database.write() as session:
            claims.expire(session, bus, run_id, now())  # not yet
            assert queries.get_run(session, run_id).state == RunState.CLAIMED
        with database.write() as session:
            claims.expire(session, bus, run_id, now() + timedelta(seconds=11))
        with database.write() as session:
            states.append(queries.get_run(session, run_id).state)
            with pytest.raises(Exception, match="expired"):
                claims.heartbeat(session, run_id, attempt, token)
    assert states == [RunState.QUEUED, RunState.QUEUED, RunState.CRASHED]
    with database.read() as session:
        assert [a.outcome for a in queries.list_attempts(session, run_id)] == [Outcome.CRASHED] * 3


@pytest.mark.parametrize(
    ("wish", "state"),
    [
        (Request.CANCEL, RunState.CANCELLED),
        (Request.STOP, RunState.COMPLETED),
        (Request.PAUSE, RunState.PAUSED),
    ],
)
def test_what_was_asked_of_a_run_is_kept_when_its_worker_dies(
    client: Client, tmp_path: Path, wish: Request, state: RunState
) -> None:
    claim = launched_and_claimed(client)
    writer = Writer(tmp_path / "spool", client, claim)
    writer.send(started())
    getattr(client, wish)(claim.run_id)
    writer.send(ended(Outcome.CRASHED, "killed by SIGKILL"))
    assert client.run(claim.run_id).state is state


def test_a_failed_run_is_not_restarted_but_can_be_resumed(client: Client, tmp_path: Path) -> None:
    claim = launched_and_claimed(client)
    Writer(tmp_path / "spool", client, claim).send(
        started(), ended(Outcome.FAILED, "model.name: no such model")
    )
    run = client.run(claim.run_id)
    assert (run.state, run.state_reason) == (RunState.FAILED, "model.name: no such model")
    with pytest.raises(Fenced):
        client.heartbeat(claim.run_id, claim.attempt, claim.token)
    assert client.resume(claim.run_id).state is RunState.QUEUED
