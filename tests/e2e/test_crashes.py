"""kill -9 in the middle of a run: nothing is lost, nothing stands twice, and the curve is one."""

import os
import signal

import redis
from rftdeck import Client
from rftdeck.runs import RunDetail
from rftdeck.states import Outcome, RunState
from rftdeck_server.core.bus import Bus

from tests.e2e.conftest import Lab, small_spec
from tests.support import wait_until

STEPS = 60
SPEC = small_spec(schedule={"max_steps": STEPS}, checkpointing={"every_steps": 5, "keep_last": 2})


def launch_and_wait_for_step(client: Client, step: int) -> int:
    run_id = client.launch(SPEC).id
    wait_until(lambda: client.run(run_id).step >= step, 60, pause_s=0.02)
    return run_id


def training_pid(client: Client, run_id: int) -> int:
    events = [event.event for event in client.events(run_id)]
    return [event.pid for event in events if event.type == "attempt.started"][-1]


def assert_exactly_once(client: Client, run: RunDetail) -> None:
    """Each attempt logged each of its steps once, and the visible curve and rollouts have every step once."""
    assert run.state is RunState.COMPLETED, run.state_reason
    attempts = {attempt.number: attempt for attempt in client.attempts(run.id)}
    logged: dict[int, list[int]] = {number: [] for number in attempts}
    stored: dict[int, list[int]] = {number: [] for number in attempts}
    for event in client.events(run.id):
        if event.event.type == "metrics.logged" and "reward" in event.event.keys:
            logged[event.attempt or 0] += event.event.steps
        elif event.event.type == "rollouts.stored" and event.event.mode == "train":
            stored[event.attempt or 0].append(event.event.step)
    for number, attempt in attempts.items():
        first = attempt.resume_step + 1
        assert logged[number] == list(range(first, first + len(logged[number])))
        assert stored[number] == list(range(first, first + len(stored[number])))
        following = attempts.get(number + 1)
        # nothing before the checkpoint, from which the next attempt resumed, was lost
        assert len(logged[number]) >= (following.resume_step if following else STEPS) - attempt.resume_step
    (reward,) = client.series(run.id, ["reward"])
    assert reward.steps == list(range(1, STEPS + 1))
    steps = client.rollout_steps(run.id)
    assert (steps.steps, set(steps.n_groups)) == (list(range(1, STEPS + 1)), {4})


def test_a_killed_training_process_is_resumed_from_its_checkpoint(own_lab: Lab) -> None:
    with own_lab.client() as client:
        run_id = launch_and_wait_for_step(client, 12)
        os.kill(training_pid(client, run_id), signal.SIGKILL)
        run = wait_for_end(client, run_id)
        assert_exactly_once(client, run)
        first, second = client.attempts(run_id)
        assert (first.outcome, first.reason) == (
            Outcome.CRASHED,
            "the training process was killed by SIGKILL",
        )
        assert second.resume_step >= 10


def wait_for_end(client: Client, run_id: int) -> RunDetail:
    """`crashed` is passed through on the way to a restart."""
    wait_until(lambda: client.run(run_id).state in (RunState.COMPLETED, RunState.FAILED), 150, pause_s=0.2)
    return client.run(run_id)


def test_a_killed_server_is_not_even_noticed_by_the_training(own_lab: Lab) -> None:
    with own_lab.client() as client:
        run_id = launch_and_wait_for_step(client, 5)
        for _ in range(2):
            own_lab.server.kill()
            own_lab.server.start()
        run = wait_for_end(client, run_id)
        assert_exactly_once(client, run)
        assert len(client.attempts(run_id)) == 1


def test_a_killed_worker_takes_its_training_along_and_the_next_one_goes_on(own_lab: Lab) -> None:
    with own_lab.client() as client:
        run_id = launch_and_wait_for_step(client, 12)
        pid = training_pid(client, run_id)
        own_lab.kill_worker()
        wait_until(lambda: not _is_alive(pid), 10)
        own_lab.start_worker()
        run = wait_for_end(client, run_id)
        assert_exactly_once(client, run)
        assert [attempt.outcome for attempt in client.attempts(run_id)] == [
            Outcome.CRASHED,
            Outcome.COMPLETED,
        ]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_rings_that_come_twice_or_for_nothing_start_nothing(own_lab: Lab) -> None:
    bus = Bus(own_lab.server.redis_url)
    with own_lab.client() as client:
        run_id = client.launch(small_spec()).id
        for _ in range(5):
            bus.ring("default")
        run = wait_for_end(client, run_id)
        assert run.state is RunState.COMPLETED
        bus.ring("default")
        bus.ring("default")
        connection = redis.Redis.from_url(own_lab.server.redis_url)
        wait_until(lambda: connection.llen("rftdeck.default") == 0, 20)
        assert len(client.attempts(run_id)) == 1
    bus.close()


def test_a_worker_that_is_told_to_end_saves_its_run_first(own_lab: Lab) -> None:
    with own_lab.client() as client:
        run_id = launch_and_wait_for_step(client, 7)
        assert own_lab.worker is not None
        own_lab.worker.terminate()
        own_lab.worker.wait(40)
        stopped_at = client.run(run_id).step
        own_lab.start_worker()
        run = wait_for_end(client, run_id)
        assert_exactly_once(client, run)
        first, second = client.attempts(run_id)
        assert first.reason == "the worker was shut down"
        assert second.resume_step == stopped_at  # not a step was trained twice
