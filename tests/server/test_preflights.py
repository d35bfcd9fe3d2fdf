"""Pre-flights on the server: queued like runs, found again by what they speak for, turned into data sets."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from rftdeck import Client, RunSpec
from rftdeck.errors import RftdeckError
from rftdeck.events import PreflightFinished
from rftdeck.preflights import PreflightResult
from rftdeck.runs import Claim, ClaimRequest
from rftdeck.states import Outcome, RunState
from rftdeck_server.preflights.fingerprint import fingerprint

from tests.server.helpers import Writer, a_queue, a_spec, ended, launched_and_claimed, rollouts, started
from tests.support import wait_until


def result(rows: dict[str, float], **changes: Any) -> PreflightResult:
    values: dict[str, Any] = {
        "n_prompts": len(rows),
        "n_completions": 4,
        "histogram": [1, 0, 1, 0, 0],
        "pass_rate": 0.25,
        "all_correct_frac": 0.0,
        "all_wrong_frac": 0.5,
        "zero_std_frac": 0.5,
        "expected_no_signal_frac": 0.5,
        "truncated_frac": 0.0,
        "mean_length": 12.0,
        "p95_length": 20.0,
        "prompt_length_mean": 5.0,
        "prompt_length_max": 9,
        "rewards": [],
        "rows": [
            {"row": row, "pass_rate": rate, "reward_mean": rate, "truncated": 0.0}
            for row, rate in rows.items()
        ],
        "ideal": None,
        "tokens_per_second": 1000.0,
        "step_time_s": 2.0,
        "parts": {"generate_s": 1.0, "reward_s": 0.1, "update_s": 0.8, "other_s": 0.1},
        "bottleneck": "generation",
        "startup_s": 10.0,
        "evaluation_s": 5.0,
        "duration_s": 220.0,
        "memory_bytes": 10**9,
        "memory_limit_bytes": 2 * 10**9,
        "device": "cpu",
    }
    return PreflightResult.model_validate(values | changes)


def asked(client: Client, spec: RunSpec, **options: Any) -> dict[str, Any]:
    body = {"spec": spec.model_dump(mode="json"), "options": options}
    return client._json("POST", "/preflights", json=body)


def claimed(client: Client, queue: str) -> Claim:
    claim = client.claim(ClaimRequest(worker="test", queues=[queue]))
    assert claim is not None
    return claim


def flown(tmp_path: Path, client: Client, spec: RunSpec, rows: dict[str, float]) -> int:
    """A finished pre-flight with the groups `rollouts` makes."""
    run_id: int = asked(client, spec)["run_id"]
    claim = claimed(client, spec.resources.queue)
    assert claim.run_id == run_id
    events = rollouts(0, n_groups=2)
    for index, group in enumerate(events.groups):
        group.row = f"train/{index}"
        group.columns = {"level": index}
    events.mode = "eval"
    Writer(tmp_path / str(run_id), client, claim).send(
        started(), events, PreflightFinished(result=result(rows)), ended(Outcome.COMPLETED)
    )
    return run_id


def newest(client: Client, spec: RunSpec) -> dict[str, Any] | None:
    found: dict[str, Any] | None = client._json(
        "POST", "/preflights/newest", json=spec.model_dump(mode="json")
    )
    return found


def test_a_preflight_is_claimed_before_the_runs_of_its_queue(client: Client) -> None:
    queue = a_queue()
    client.launch(a_spec(queue))
    created = asked(client, a_spec(queue), n_prompts=8, n_completions=2)
    assert (created["state"], created["result"]) == ("queued", None)
    claim = claimed(client, queue)
    assert claim.run_id == created["run_id"]
    assert claim.preflight is not None
    assert (claim.preflight.n_prompts, claim.preflight.n_completions) == (8, 2)
    assert claimed(client, queue).preflight is None


def test_preflights_do_not_stand_in_the_list_of_runs(client: Client) -> None:
    queue = a_queue()
    run_id = asked(client, a_spec(queue, experiment=queue))["run_id"]
    assert client.runs(experiment=queue) == []
    page = client._json("GET", "/runs", params={"experiment": queue, "kind": "preflight"})
    assert [run["id"] for run in page["items"]] == [run_id]
    assert client.run(run_id).kind == "preflight"


def test_the_newest_preflight_speaks_for_specs_that_ask_the_same(tmp_path: Path, client: Client) -> None:
    spec = a_spec(a_queue(), seed=1, dataset={"name": f"data/{uuid.uuid4()}"})
    assert newest(client, spec) is None
    run_id = flown(tmp_path, client, spec, {"train/0": 0.0, "train/1": 0.5})
    read = client._json("GET", f"/preflights/{run_id}")
    assert read["state"] == RunState.COMPLETED
    assert read["result"]["step_time_s"] == 2.0
    longer = spec.model_copy(
        update={"name": "another", "schedule": spec.schedule.model_copy(update={"max_steps": 1000})}
    )
    found = newest(client, longer)
    assert found is not None
    assert found["run_id"] == run_id
    assert found["result"]["duration_s"] == 10 + 1000 * 2 + 2 * 5
    hotter = spec.model_copy(update={"sampling": spec.sampling.model_copy(update={"temperature": 0.5})})
    assert newest(client, hotter) is None


def test_a_failed_preflight_speaks_for_nothing(tmp_path: Path, client: Client) -> None:
    spec = a_spec(a_queue(), dataset={"name": f"data/{uuid.uuid4()}"})
    run_id = asked(client, spec)["run_id"]
    Writer(tmp_path, client, claimed(client, spec.resources.queue)).send(
        started(), ended(Outcome.FAILED, "no")
    )
    assert client._json("GET", f"/preflights/{run_id}")["state_reason"] == "no"
    assert newest(client, spec) is None


def test_fingerprint_is_that_of_what_is_asked() -> None:
    spec = a_spec()
    assert fingerprint(spec) == fingerprint(a_spec(name="other", tags=["x"], experiment="y"))
    assert fingerprint(spec) != fingerprint(a_spec(model={"name": "other"}))
    assert fingerprint(spec) != fingerprint(a_spec(optimizer={"per_device_train_batch_size": 16}))
    assert fingerprint(spec) == fingerprint(a_spec(optimizer={"learning_rate": 1e-3}))


@pytest.mark.parametrize(
    ("evaluation", "heldout", "times"),
    [
        ({}, {}, 2),
        ({"every_steps": 30}, {}, 5),
        ({"every_steps": 50}, {}, 3),
        ({"every_steps": 50, "before_and_after": False}, {}, 2),
        ({"every_steps": 50}, None, 0),
    ],
)
def test_evaluations_are_counted_as_the_worker_makes_them(
    evaluation: dict[str, Any], heldout: dict[str, Any] | None, times: int
) -> None:
    spec = a_spec(schedule={"max_steps": 100}, evaluation=evaluation, dataset={"heldout": heldout})
    assert spec.evaluations == times


def test_a_preflight_of_a_wrong_spec_is_refused(client: Client) -> None:
    with pytest.raises(RftdeckError) as refused:
        asked(client, a_spec(a_queue(), sampling={"num_generations": 7}))
    assert "optimizer.per_device_train_batch_size" in [e.path for e in refused.value.problem.errors]
    with pytest.raises(RftdeckError) as refused:
        asked(client, a_spec(a_queue()), n_prompts=0)
    assert "options.n_prompts" in [e.path for e in refused.value.problem.errors]


def test_a_training_run_is_no_preflight(tmp_path: Path, client: Client) -> None:
    claim = launched_and_claimed(client)
    Writer(tmp_path, client, claim).send(started(), PreflightFinished(result=result({"a": 1.0})))
    with pytest.raises(RftdeckError, match="no pre-flight"):
        client._json("GET", f"/preflights/{claim.run_id}")


# ---- rows within a band ----------------------------------------------------------------------------------------------------


def keep(client: Client, run_id: int, low: float, high: float, name: str) -> dict[str, Any]:
    body = {"name": name, "min_pass_rate": low, "max_pass_rate": high}
    return client._json("POST", f"/preflights/{run_id}/filter", json=body)


def ready(client: Client, version: dict[str, Any]) -> dict[str, Any]:
    def read() -> dict[str, Any] | None:
        found = client._json("GET", f"/dataset-versions/{version['id']}")
        return found if found["state"] != "importing" else None

    found = wait_until(read, timeout_s=60)
    assert found["state"] == "ready", found["job"]
    return found


def test_rows_within_the_band_become_a_data_set(tmp_path: Path, client: Client) -> None:
    spec = a_spec(a_queue(), dataset={"name": f"data/{uuid.uuid4()}"})
    run_id = flown(tmp_path, client, spec, {"train/0": 0.0, "train/1": 0.5})
    version = ready(client, keep(client, run_id, 0.1, 0.9, f"band-{run_id}"))
    assert version["rows"] == 1
    assert version["source"] == {
        "kind": "pass_rate", "preflight_run_id": run_id, "min_pass_rate": 0.1, "max_pass_rate": 0.9,
    }  # fmt: skip
    (row,) = client._json("GET", f"/dataset-versions/{version['id']}/rows")["items"]
    assert row["messages"] == [{"role": "user", "content": "1+1=?"}]
    assert (row["answer"], row["difficulty"], row["extra"]) == ("2", 0.5, {"level": 1})


def test_an_empty_band_is_refused(tmp_path: Path, client: Client) -> None:
    spec = a_spec(a_queue(), dataset={"name": f"data/{uuid.uuid4()}"})
    run_id = flown(tmp_path, client, spec, {"train/0": 0.0, "train/1": 1.0})
    with pytest.raises(RftdeckError) as refused:
        keep(client, run_id, 0.1, 0.9, "band")
    assert [error.path for error in refused.value.problem.errors] == ["min_pass_rate"]
    waiting = asked(client, a_spec(a_queue(), dataset={"name": f"data/{uuid.uuid4()}"}))
    with pytest.raises(RftdeckError, match="no result yet"):
        keep(client, waiting["run_id"], 0.1, 0.9, "band")


def test_a_band_of_a_stored_data_set_keeps_its_other_splits(tmp_path: Path, client: Client) -> None:
    upload = client._json(
        "POST",
        "/uploads",
        params={"filename": "rows.jsonl"},
        content=b"".join(
            f'{{"question": "{n} + {n}?", "answer": "{2 * n}", "split": "{"heldout" if n < 3 else "train"}"}}\n'.encode()
            for n in range(12)
        ),
    )
    name = f"sums-{uuid.uuid4().hex[:8]}"
    body = {"name": name, "source": {"kind": "upload", "upload_id": upload["id"]}}
    parent = ready(client, client._json("POST", "/datasets", json=body))
    rows = client._json("GET", f"/dataset-versions/{parent['id']}/rows")["items"]
    assert len(rows) == 9
    spec = a_spec(a_queue(), dataset={"name": f"dataset:{name}", "heldout": {"split": "heldout", "rows": 3}})
    run_id = flown(tmp_path, client, spec, {rows[0]["id"]: 0.0, rows[1]["id"]: 0.25, rows[2]["id"]: 0.75})
    version = ready(client, keep(client, run_id, 0.1, 0.9, name))
    assert version["number"] == 2
    kept = client._json("GET", f"/dataset-versions/{version['id']}/rows")["items"]
    assert [(row["id"], row["difficulty"]) for row in kept] == [(rows[1]["id"], 0.75), (rows[2]["id"], 0.25)]
    assert {split["split"]: split["rows"] for split in version["splits"]} == {"train": 2, "heldout": 3}
