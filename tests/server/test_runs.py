from pathlib import Path

import pytest
from rftdeck import Client
from rftdeck.runs import ExternalRunCreate, RunUpdate, WorkerBeat
from rftdeck.states import Outcome, RunState

from tests.server.helpers import Writer, a_queue, a_spec, ended, metrics, rollouts, started


def test_runs_are_filtered_sorted_and_paged(client: Client) -> None:
    mark = a_queue()
    names = ["delta", "alpha", "echo", "bravo", "charlie"]
    for name in names:
        client.launch(
            a_spec(mark, name=name, experiment=mark, tags=["even" if len(name) % 2 == 0 else "odd"])
        )
    assert [run.name for run in client.runs(experiment=mark)] == names[::-1]
    assert [run.name for run in client.runs(experiment=mark, sort="name")] == sorted(names)
    assert [run.name for run in client.runs(experiment=mark, sort="-name", limit=2)] == ["echo", "delta"]
    assert {run.name for run in client.runs(experiment=mark, tag="even")} == {"echo"}
    assert [run.name for run in client.runs(experiment=mark, q="RAV")] == ["bravo"]
    assert client.runs(experiment=mark, q="%") == []
    assert client.runs(experiment=mark, state=["completed"]) == []
    walked, cursor = [], None
    while True:
        page = client._json(
            "GET", "/runs", params={"experiment": mark, "sort": "name", "limit": 2, "cursor": cursor}
        )
        walked += [run["name"] for run in page["items"]]
        assert page["total"] == 5
        if not (cursor := page["next_cursor"]):
            break
    assert walked == sorted(names)


def test_a_run_can_be_renamed_tagged_and_annotated(client: Client) -> None:
    run = client.launch(a_spec(a_queue()))
    changed = client.update(run.id, RunUpdate(name="better", tags=["a", "b"], notes="why\x00"))
    assert (changed.name, changed.tags, changed.notes) == ("better", ["a", "b"], "why\ufffd")
    assert client.update(run.id, RunUpdate(priority=3)).name == "better"


def test_the_spec_of_a_run_comes_back_whole(client: Client) -> None:
    spec = a_spec(a_queue(), sampling={"num_generations": 4})
    run = client.launch(spec)
    assert run.spec == spec
    assert run.algorithm["loss_type"] == "dapo"


def test_an_external_script_uses_the_same_door(client: Client, tmp_path: Path) -> None:
    claim = client.open_external(
        ExternalRunCreate(name="mine", config={"lr": 1}, max_steps=2, hostname="laptop")
    )
    writer = Writer(tmp_path / "spool", client, claim)
    writer.send(started(), metrics(1, reward=0.5), rollouts(1), metrics(2, reward=1.0))
    run = client.run(claim.run_id)
    assert (run.state, run.kind, run.config, run.step) == (RunState.RUNNING, "external", {"lr": 1}, 2)
    assert client.groups_frame(claim.run_id)["rewards/exact_answer"].sum() == 2
    writer.send(ended(Outcome.COMPLETED))
    assert client.wait(claim.run_id, timeout_s=5).state is RunState.COMPLETED
    assert client.series(claim.run_id, ["reward"])[0].mean == [0.5, 1.0]


def test_workers_are_listed_with_what_they_hold(client: Client) -> None:
    beat = WorkerBeat(name=a_queue(), hostname="h", queues=["default"], slots=2, device="cpu")
    client.worker_beat(beat)
    client.worker_beat(beat)
    (worker,) = [worker for worker in client.workers().items if worker.name == beat.name]
    assert worker.alive
    assert worker.run_ids == []


def test_an_estimate_counts_rollouts(client: Client) -> None:
    spec = {
        "name": "x",
        "optimizer": {"per_device_train_batch_size": 16, "gradient_accumulation_steps": 2},
        "sampling": {"num_generations": 8, "max_completion_length": 10},
        "schedule": {"max_steps": 5},
    }
    estimate = client.validate(spec).estimate
    assert estimate is not None
    assert (estimate.rollouts, estimate.prompts_per_step, estimate.max_completion_tokens) == (160, 4, 1600)


def test_an_estimate_knows_batches_that_are_used_several_times(client: Client) -> None:
    spec = {
        "name": "x",
        "algorithm": {"num_iterations": 2},
        "optimizer": {"per_device_train_batch_size": 16, "steps_per_generation": 4},
        "schedule": {"max_steps": 8},
    }
    estimate = client.validate(spec).estimate
    assert estimate is not None
    assert estimate.rollouts == 8 / (4 * 2) * 64


@pytest.mark.parametrize(
    "path", ["/presets", "/rewards", "/models", "/datasets", "/spec/schema", "/experiments"]
)
def test_the_catalog_answers(client: Client, path: str) -> None:
    client.launch(a_spec(a_queue(), model={"name": "someone/some-model"}))
    answer = client._json("GET", path)
    assert answer
    if path == "/models":
        assert "someone/some-model" in [item["name"] for item in answer["items"]]
