"""Real short trainings through `train.run`, from a claim to the spool."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from rftdeck.spec import RunSpec
from rftdeck.states import Outcome, Request
from rftdeck_worker.attempt import AttemptFolder
from safetensors.torch import load_file

from tests.worker.helpers import Trained, a_claim, small_spec, train_here
from tests.worker.tiny_qwen import write_tiny_qwen

CURVES = (
    "reward", "reward_std", "loss", "grad_norm", "learning_rate", "entropy", "kl", "step_time",
    "rewards/exact_answer/mean", "rewards/exact_answer/none_frac", "rewards/exact_answer/p95_latency_s",
    "completions/mean_length", "completions/clipped_ratio", "completions/length_p50",
    "clip_ratio/region_mean", "groups/zero_std_frac", "groups/all_correct_frac", "groups/all_wrong_frac",
    "time/generate_s", "time/reward_s", "time/update_s", "time/other_s",
)  # fmt: skip


@pytest.fixture
def trained(home: Path, request: pytest.FixtureRequest) -> Trained:
    """A run with an evaluation, a reference model and two checkpoints."""
    spec = small_spec(
        request.param,
        schedule={"max_steps": 4},
        algorithm={"beta": 0.01},
        evaluation={"before_and_after": True, "every_steps": 2, "batch_size": 16},
        checkpointing={"every_steps": 1, "keep_last": 2},
    )
    return train_here(a_claim(spec))


@pytest.mark.parametrize("trained", ["text", "vision"], indirect=True)
def test_a_run_leaves_its_curves_rollouts_evaluations_and_checkpoints(trained: Trained) -> None:
    assert trained.ended.outcome is Outcome.COMPLETED, trained.ended
    for key in CURVES:
        assert list(trained.curve(key)) == [1, 2, 3, 4], key
    assert list(trained.curve("eval/heldout/accuracy")) == [0, 2, 4]
    assert [e["step"] for e in trained.of("rollouts.captured", mode="train")] == [1, 2, 3, 4]
    assert [e["step"] for e in trained.of("rollouts.captured", mode="eval")] == [0, 2, 4]
    assert [e["step"] for e in trained.of("checkpoint.saved")] == [1, 2, 3, 4]
    assert [e["step"] for e in trained.of("checkpoint.deleted")] == [1, 2]
    phases = [event["phase"] for event in trained.of("phase.changed")]
    assert phases[0] == "loading model"
    assert "training" in phases
    (started,) = trained.of("attempt.started")
    assert started["device"] == "cpu"
    assert started["versions"]["trl"].startswith("1.16")


@pytest.mark.parametrize("trained", ["vision"], indirect=True)
def test_images_are_kept_by_their_hash_and_marked_in_the_prompt(trained: Trained) -> None:
    for mode in ("train", "eval"):
        for group in trained.groups(2, mode):
            assert group["prompt"] == [{"role": "user", "content": "<image>sum?"}]
            (digest,) = group["images"]
            assert (trained.folder.path / "media" / digest).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("trained", ["text"], indirect=True)
def test_evaluated_rollouts_are_groups_of_one_without_advantage(trained: Trained) -> None:
    groups = trained.groups(0, "eval")
    assert len(groups) == 24
    assert all(len(group["rollouts"]) == 1 for group in groups)
    assert {group["rollouts"][0]["advantage"] for group in groups} == {None}
    scores = [group["rollouts"][0]["scores"]["exact_answer"] for group in groups]
    assert trained.curve("eval/heldout/accuracy")[0] == pytest.approx(sum(scores) / 24)


def test_evaluating_changes_nothing_in_the_training(home: Path) -> None:
    bare = train_here(a_claim(small_spec(), run_id=1))
    evaluation = {"before_and_after": True, "every_steps": 1}
    evaluated = train_here(a_claim(small_spec(evaluation=evaluation), run_id=2))
    for key in ("loss", "reward", "grad_norm"):
        assert evaluated.curve(key) == bare.curve(key)


ONE_EPOCH_IS_THREE_STEPS = {"max_rows": 12, "heldout": None}


@pytest.mark.parametrize(
    ("changes", "stop_after", "ends_at"),
    [
        pytest.param({}, 2, 2, id="on-policy"),
        pytest.param({"dataset": ONE_EPOCH_IS_THREE_STEPS}, 4, 4, id="in-the-second-epoch"),
        pytest.param({"dataset": ONE_EPOCH_IS_THREE_STEPS}, 3, 3, id="between-two-epochs"),
        pytest.param({"algorithm": {"num_iterations": 2}}, 3, 4, id="inside-a-generation-buffer"),
    ],
)
def test_a_paused_run_goes_on_exactly(
    home: Path, changes: dict[str, Any], stop_after: int, ends_at: int
) -> None:
    spec = small_spec(schedule={"max_steps": 6}, **changes)
    whole = train_here(a_claim(spec, run_id=1))
    first = pause_after(stop_after, spec, run_id=2)
    assert first.ended.outcome is Outcome.PAUSED, first.ended
    (saved,) = first.of("checkpoint.saved")
    assert saved["step"] == ends_at
    second = train_here(a_claim(spec, run_id=2, attempt=2, checkpoint=Path(saved["path"])))
    assert second.ended.outcome is Outcome.COMPLETED, second.ended
    for key in ("loss", "reward", "grad_norm", "learning_rate"):
        assert first.curve(key) | second.curve(key) == whole.curve(key), key


@dataclass(frozen=True)
class PausingFolder(AttemptFolder):
    """Asks for a pause at the end of a given step."""

    pause_at: int = 0

    def read_request(self) -> Request | None:
        finished = (self.path / "events.jsonl").read_text().count('"metrics.logged"')
        return Request.PAUSE if finished + 1 >= self.pause_at else None


def pause_after(step: int, spec: RunSpec, run_id: int) -> Trained:
    claim = a_claim(spec, run_id=run_id)
    folder = AttemptFolder.create(claim)
    return train_here(claim, PausingFolder(folder.path, run_id, 1, claim.token, pause_at=step))


def test_a_run_that_crashed_behind_its_last_checkpoint_is_only_evaluated(home: Path) -> None:
    spec = small_spec(evaluation={"before_and_after": True})
    first = train_here(a_claim(spec))
    (saved,) = first.of("checkpoint.saved")
    second = train_here(a_claim(spec, attempt=2, checkpoint=Path(saved["path"])))
    assert second.ended.outcome is Outcome.COMPLETED
    assert second.curve("reward") == {}
    assert second.curve("eval/heldout/accuracy") == {3: first.curve("eval/heldout/accuracy")[3]}
    assert second.groups(3, "eval") == first.groups(3, "eval")


def test_a_qwen_vl_is_trained_and_its_checkpoint_loads_again(home: Path, tmp_path: Path) -> None:
    """Its stock processor insists on torchvision."""
    write_tiny_qwen(tmp_path / "qwen")
    spec = small_spec("vision", model={"name": str(tmp_path / "qwen")}, evaluation={"before_and_after": True})
    trained = train_here(a_claim(spec))
    assert trained.ended.outcome is Outcome.COMPLETED, trained.ended
    assert trained.groups(1)[0]["prompt"][0]["content"] == "<image>sum?"
    (saved,) = trained.of("checkpoint.saved")
    again = train_here(a_claim(small_spec("vision", model={"name": saved["path"]}), run_id=2))
    assert again.ended.outcome is Outcome.COMPLETED, again.ended


def test_a_model_without_a_chat_template_is_trained_on_text(home: Path, tmp_path: Path) -> None:
    base = tmp_path / "base"
    shutil.copytree(home / "starters" / "text", base)
    (base / "chat_template.jinja").unlink()
    trained = train_here(
        a_claim(small_spec(model={"name": str(base)}, evaluation={"before_and_after": True}))
    )
    assert trained.ended.outcome is Outcome.COMPLETED, trained.ended
    for mode in ("train", "eval"):
        (message,) = trained.groups(3, mode)[0]["prompt"]
        assert message["role"] == "user"
        assert message["content"].endswith("=?")


def test_adapters_are_trained_and_resumed(home: Path) -> None:
    spec = small_spec(model={"lora": {"r": 4}}, schedule={"max_steps": 4})
    whole = train_here(a_claim(spec, run_id=1))
    first = pause_after(2, spec, run_id=2)
    (saved,) = first.of("checkpoint.saved")
    assert (Path(saved["path"]) / "adapter_model.safetensors").is_file()
    second = train_here(a_claim(spec, run_id=2, attempt=2, checkpoint=Path(saved["path"])))
    assert first.curve("loss") | second.curve("loss") == whole.curve("loss")


def test_a_frozen_vision_tower_stays_as_it_is(home: Path) -> None:
    trained = train_here(a_claim(small_spec("vision", model={"freeze_vision_tower": True})))
    assert trained.ended.outcome is Outcome.COMPLETED, trained.ended
    (saved,) = trained.of("checkpoint.saved")
    before = load_file(home / "starters" / "vision" / "model.safetensors")
    after = load_file(Path(saved["path"]) / "model.safetensors")
    same = {name for name in before if torch.equal(before[name], after[name])}
    assert {name for name in before if "vision_tower" in name} <= same
    assert any("language_model" in name for name in before.keys() - same)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"model": {"name": "/no/such/model"}}, "model.name: no such directory: /no/such/model"),
        ({"model": {"name": "starter/music"}}, "model.name: no starter model of this name"),
        (
            {"model": {"freeze_vision_tower": True}},
            "model.freeze_vision_tower: Qwen3ForCausalLM has no vision",
        ),
        ({"dataset": {"name": "./none.jsonl"}}, "dataset.name: no such file or directory"),
        ({"dataset": {"image_column": "image"}}, "dataset.image_column: starter/text has no eyes"),
        ({"dataset": {"max_rows": 3}}, "dataset.name: 3 rows to train on are fewer than the 4 prompts"),
        ({"rewards": [{"name": "none"}]}, "rewards.0.name: no reward 'none'"),
        ({"sampling": {"engine": "vllm"}}, "sampling.engine: vllm is not installed"),
        ({"sampling": {"num_generations": 3}}, "sampling.num_generations: 16 completions"),
        ({"resources": {"launcher": "accelerate"}}, "resources.launcher: accelerate is not supported yet"),
        ({"resources": {"processes": 2}}, "resources.processes: more than one"),
    ],
)
def test_a_spec_that_cannot_be_trained_fails_with_its_field(
    home: Path, changes: dict[str, Any], complaint: str
) -> None:
    trained = train_here(a_claim(small_spec(**changes)))
    assert trained.ended.outcome is Outcome.FAILED
    assert (trained.ended.reason or "").startswith(complaint), trained.ended.reason
    assert trained.ended.traceback is None
    assert not trained.of("metrics.logged")


def test_a_checkpoint_that_is_not_here_is_named(home: Path, tmp_path: Path) -> None:
    trained = train_here(a_claim(small_spec(), attempt=2, checkpoint=tmp_path / "checkpoint-5"))
    assert "checkpoint-5 is no checkpoint on this worker" in (trained.ended.reason or "")


def test_an_error_of_another_kind_comes_with_its_traceback(home: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(home / "starters" / "text", broken)
    (broken / "model.safetensors").write_bytes(b"not weights")
    trained = train_here(a_claim(small_spec(model={"name": str(broken)})))
    assert trained.ended.outcome is Outcome.FAILED
    assert (trained.ended.reason or "").startswith("SafetensorError")
    assert "Traceback" in (trained.ended.traceback or "")
