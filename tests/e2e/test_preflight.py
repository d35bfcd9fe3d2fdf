"""Before a GPU is spent: data made here, tried by a worker, and trained on."""

from typing import Any

import pytest
from rftdeck import Client, RunSpec
from rftdeck.errors import RftdeckError
from rftdeck.preflights import PromptPreview, PromptPreviewCreate
from rftdeck.states import RunState

from tests.e2e.conftest import Lab, small_spec
from tests.support import wait_until


def flown(client: Client, spec: RunSpec, **options: Any) -> dict[str, Any]:
    body = {"spec": spec.model_dump(mode="json"), "options": options}
    run_id = client._json("POST", "/preflights", json=body)["run_id"]
    run = client.wait(run_id, timeout_s=120)
    assert run.state is RunState.COMPLETED, run.state_reason
    found: dict[str, Any] = client._json("GET", f"/preflights/{run_id}")
    return found


def test_a_preflight_says_what_a_run_would_be_like(lab: Lab) -> None:
    with lab.client() as client:
        spec = small_spec(name="tried first")
        found = flown(client, spec, n_prompts=12, n_completions=4, measured_steps=3)
        result = found["result"]
        assert (result["n_prompts"], result["n_completions"]) == (12, 4)
        assert sum(result["histogram"]) == 12
        assert len(result["rows"]) == len({row["row"] for row in result["rows"]}) == 12
        assert result["pass_rate"] == pytest.approx(sum(row["pass_rate"] for row in result["rows"]) / 12)
        assert 0 <= result["expected_no_signal_frac"] <= 1
        assert [health["name"] for health in result["rewards"]] == ["exact_answer", "think_answer"]
        assert result["ideal"]["passed"]
        assert result["ideal"]["checked"] == 12
        assert result["step_time_s"] == pytest.approx(sum(result["parts"].values()))
        assert result["parts"][{"generation": "generate_s", "rewards": "reward_s", "update": "update_s"}.get(result["bottleneck"], "other_s")] == max(result["parts"].values())  # fmt: skip
        assert result["tokens_per_second"] > 0
        assert 10**8 < result["memory_bytes"] < result["memory_limit_bytes"]
        assert result["duration_s"] > spec.schedule.max_steps * result["step_time_s"]
        # its completions can be read like those of a run, and the run list does not show it
        groups = client._json("GET", f"/runs/{found['run_id']}/groups", params={"mode": "eval", "limit": 50})[
            "items"
        ]
        assert [len(group["rollouts"]) for group in groups] == [4] * 12
        assert found["run_id"] not in [run.id for run in client.runs()]
        # nothing of it counts as a metric of a training
        assert [metric.key for metric in client.metrics(found["run_id"])] == []


def test_a_preflight_can_be_cancelled_and_says_why_it_failed(lab: Lab) -> None:
    with lab.client() as client:
        spec = small_spec(name="never ends", schedule={"max_steps": 500})
        body = {"spec": spec.model_dump(mode="json"), "options": {"n_prompts": 5_000}}
        run_id = client._json("POST", "/preflights", json=body)["run_id"]
        wait_until(lambda: client.run(run_id).phase == "sampling", 60)
        client.cancel(run_id)
        assert client.wait(run_id, timeout_s=30).state is RunState.CANCELLED
        missing = small_spec(name="no such model", model={"name": "/no/such/model"})
        body = {"spec": missing.model_dump(mode="json"), "options": {}}
        with pytest.raises(RftdeckError, match="there is nothing at"):
            client._json("POST", "/preflights", json=body)


def test_rows_that_were_made_here_are_fetched_once_and_trained_on(lab: Lab) -> None:
    """From a generated data set with images to a run, and on to the rows within a band."""
    with lab.client() as client:
        source = {
            "kind": "synthetic",
            "task": "counting",
            "rows": 24,
            "heldout_rows": 8,
            "params": {"size": 224},
        }
        made = client._json("POST", "/datasets", json={"name": f"shapes-{lab.server.port}", "source": source})
        version = client.wait_for_dataset(made["id"], timeout_s=60)
        assert version.state == "ready", version.job
        spec = small_spec(
            "starter-vision",
            name="on stored rows",
            dataset={"name": f"dataset:{version.name}", "heldout": {"split": "heldout", "rows": 8}},
            schedule={"max_steps": 2},
        )
        found = flown(client, spec, n_prompts=6, n_completions=4, measured_steps=1)
        assert found["result"]["ideal"]["passed"], found["result"]["ideal"]
        run = client.wait(client.launch(spec).id, timeout_s=120)
        assert run.state is RunState.COMPLETED, run.state_reason
        assert run.spec is not None
        assert run.spec.dataset.name == version.reference
        group = client.groups(run.id, step=1)[0]
        assert group.columns["task_type"] == "counting"
        assert len(group.images) == 1
        assert client.media(group.images[0])[:4] == b"\x89PNG"
        assert client.dataset_version(version.id).used_by_runs == 2
        with pytest.raises(RftdeckError, match="run"):
            client.delete_dataset_version(version.id)
        band = {"name": f"band-{lab.server.port}", "min_pass_rate": 0, "max_pass_rate": 1}
        kept = client._json("POST", f"/preflights/{found['run_id']}/filter", json=band)
        assert client.wait_for_dataset(kept["id"], timeout_s=60).rows == 6 + 8


def asked(client: Client, question: PromptPreviewCreate) -> Any:
    number = client.ask(question).id
    return wait_until(
        lambda: found if (found := client.question(number)).state in ("answered", "failed") else None, 60
    )


@pytest.mark.parametrize("preset", ["starter-text", "starter-vision"])
def test_a_worker_shows_what_the_model_sees(lab: Lab, preset: str) -> None:
    with lab.client() as client:
        spec = small_spec(preset)
        found = asked(client, PromptPreviewCreate(spec=spec, row=3))
        assert found.error is None
        told: PromptPreview = found.answer
        assert told.n_tokens == len(told.tokens)
        assert (told.n_image_tokens > 0) == (preset == "starter-vision")
        assert told.answer is not None
        assert "=?" in told.text or "sum?" in told.text
        own = asked(client, PromptPreviewCreate(spec=spec, prompt="1+1=?")).answer
        assert own.messages[-1].content == "1+1=?"


def test_a_preview_is_answered_while_every_slot_trains(lab: Lab) -> None:
    with lab.client() as client:
        run = client.launch(small_spec(name="busy", schedule={"max_steps": 500}))
        wait_until(lambda: client.run(run.id).step > 0, 60)
        assert asked(client, PromptPreviewCreate(spec=small_spec(), prompt="2+2=?")).state == "answered"
        assert client.run(run.id).state is RunState.RUNNING
        failed = asked(client, PromptPreviewCreate(spec=small_spec(), row=10**8))
        assert failed.state == "failed"
        assert "rows to train on" in failed.error
        client.cancel(run.id)
