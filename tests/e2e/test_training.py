"""Real short runs through the queue, the worker, TRL and the store."""

import math

import pytest
from rftdeck.runs import RunDetail
from rftdeck.states import Outcome, RunState

from tests.e2e.conftest import Lab, small_spec
from tests.support import wait_until


@pytest.fixture(scope="session")
def finished(lab: Lab) -> dict[str, RunDetail]:
    """A text and a vision run, to their end."""
    with lab.client() as client:
        runs = {kind: client.launch(small_spec(f"starter-{kind}")) for kind in ("text", "vision")}
        return {kind: client.wait(run.id, timeout_s=180) for kind, run in runs.items()}


@pytest.mark.parametrize("kind", ["text", "vision"])
def test_a_run_completes_with_all_its_curves(lab: Lab, finished: dict[str, RunDetail], kind: str) -> None:
    run = finished[kind]
    assert run.state is RunState.COMPLETED, run.state_reason
    assert run.step == run.max_steps == 12
    keys = [
        "reward",
        "reward_std",
        "rewards/exact_answer/mean",
        "rewards/think_answer/mean",
        "completions/mean_length",
        "completions/clipped_ratio",
        "entropy",
        "loss",
        "learning_rate",
        "grad_norm",
        "time/generate_s",
        "time/reward_s",
        "time/update_s",
        "time/other_s",
        "groups/zero_std_frac",
    ]
    with lab.client() as client:
        for series in client.series(run.id, keys):
            assert series.steps == list(range(1, 13)), series.key
            assert any(value is not None for value in series.mean), series.key
        (accuracy,) = client.series(run.id, ["eval/heldout/accuracy"])
        assert accuracy.steps == [0, 12]


@pytest.mark.parametrize("kind", ["text", "vision"])
def test_every_group_is_captured_whole(lab: Lab, finished: dict[str, RunDetail], kind: str) -> None:
    run = finished[kind]
    with lab.client() as client:
        steps = client.rollout_steps(run.id)
        assert (steps.steps, steps.n_groups) == (list(range(1, 13)), [4] * 12)
        (reward,) = client.series(run.id, ["reward"])
        assert steps.reward_mean == pytest.approx(reward.mean, abs=1e-6)
        for group in client.groups(run.id, step=5):
            assert len(group.rollouts) == 4
            assert group.answer
            assert bool(group.images) == (kind == "vision")
            for digest in group.images:
                assert client.media(digest).startswith(b"\x89PNG")
            assert math.isclose(sum(r.advantage or 0 for r in group.rollouts), 0, abs_tol=1e-3)
            detail = client.rollout(group.rollouts[0].id)
            assert detail.tokens is not None
            assert detail.logps is not None
            assert detail.entropies is not None
            assert len(detail.tokens) == len(detail.logps) == len(detail.entropies) == detail.length
            assert all(value is not None and value <= 0 for value in detail.logps)


def test_logs_checkpoints_and_attempts_reach_the_server(lab: Lab, finished: dict[str, RunDetail]) -> None:
    run_id = finished["text"].id
    with lab.client() as client:
        assert list(client.logs(run_id))
        checkpoints = client.checkpoints(run_id)
        assert [checkpoint.step for checkpoint in checkpoints] == [8, 12]
        assert all(checkpoint.size_bytes > 10_000 for checkpoint in checkpoints)
        (attempt,) = client.attempts(run_id)
        assert attempt.outcome is Outcome.COMPLETED
        assert attempt.versions["trl"].startswith("1.16")


def test_stop_ends_with_a_checkpoint_and_cancel_at_once(lab: Lab) -> None:
    with lab.client() as client:
        spec = small_spec(schedule={"max_steps": 2000}, evaluation={"before_and_after": False})
        run = client.launch(spec)
        wait_until(lambda: client.run(run.id).step >= 2, 60)
        client.stop(run.id)
        stopped = client.wait(run.id, timeout_s=30)
        assert stopped.state is RunState.COMPLETED
        assert stopped.step in [checkpoint.step for checkpoint in client.checkpoints(run.id)]
        run = client.launch(spec)
        wait_until(lambda: client.run(run.id).step >= 2, 60)
        client.cancel(run.id)
        assert client.wait(run.id, timeout_s=30).state is RunState.CANCELLED


def test_a_paused_run_resumes_into_one_curve(lab: Lab) -> None:
    with lab.client() as client:
        run = client.launch(small_spec(schedule={"max_steps": 40}))
        wait_until(lambda: client.run(run.id).step >= 3, 60)
        client.pause(run.id)
        paused = client.wait(run.id, timeout_s=30)
        assert paused.state is RunState.PAUSED
        client.resume(run.id)
        assert client.wait(run.id, timeout_s=120).state is RunState.COMPLETED
        (reward,) = client.series(run.id, ["reward"])
        assert reward.steps == list(range(1, 41))
        assert [attempt.resume_step for attempt in client.attempts(run.id)] == [0, paused.step]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"dataset": {"prompt_column": "question"}}, "question"),
        ({"dataset": {"name": "no-such-owner/no-such-dataset"}}, "dataset.name"),
        ({"model": {"name": "no-such-owner/no-such-model"}}, "model.name"),
    ],
)
def test_a_spec_that_only_the_worker_can_refuse_fails_with_its_field(
    lab: Lab, changes: dict[str, dict[str, object]], complaint: str
) -> None:
    with lab.client() as client:
        run = client.wait(client.launch(small_spec(**changes)).id, timeout_s=90)
        assert run.state is RunState.FAILED
        assert complaint in (run.state_reason or "")
        assert run.step == 0
