"""The seam against TRL itself: what is captured is what TRL computed, and TRL computes what it would without us."""

from pathlib import Path
from typing import Any

import pytest
import torch
from rftdeck.presets import SPECS
from rftdeck.sandbox import Judge
from rftdeck.spec import CaptureSpec, RewardSpec, RunSpec
from rftdeck.spool import SpoolReader, SpoolWriter
from rftdeck_worker.capture import Capture
from rftdeck_worker.config import grpo_config
from rftdeck_worker.data import load_data
from rftdeck_worker.metrics import StepMetrics
from rftdeck_worker.models import find_model, load_model, load_processor
from rftdeck_worker.scoring import Scorer, reward_functions
from rftdeck_worker.seam import UID, SeamTrainer, check_hooks
from trl import GRPOTrainer

from tests.worker.helpers import small_spec

REWARDS = [RewardSpec(name="exact_answer"), RewardSpec(name="tag_count", weight=0.3)]
TIMES = {"step_time", "train_runtime", "train_samples_per_second", "train_steps_per_second"}


class Recording(SeamTrainer):
    """Keeps what TRL computed of every completion."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.recorded: list[dict[str, Any]] = []

    def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> dict[str, Any]:
        batch = super()._generate_and_score_completions(inputs)
        self.recorded.append(batch)
        return batch


def options_of(spec: RunSpec, folder: Path, judge: Judge) -> dict[str, Any]:
    source = find_model(spec.model, lambda fraction: None)
    return {
        "model": load_model(spec.model, source),
        "reward_funcs": reward_functions(Scorer(judge, REWARDS, num_generations=4)),
        "args": grpo_config(spec.model_copy(update={"rewards": REWARDS}), folder),
        "train_dataset": load_data(spec.dataset, lambda fraction: None).train,
        "processing_class": load_processor(source),
    }


def train_with_seam(
    spec: RunSpec, folder: Path, capture: CaptureSpec | None = None
) -> tuple[Recording, list[dict[str, Any]]]:
    """The trainer and its captured steps."""
    spool = SpoolWriter(folder)
    with Judge() as judge:
        options = options_of(spec, folder, judge)
        trainer = Recording(
            capture=Capture(capture or CaptureSpec(), REWARDS, options["processing_class"], spool),
            step_metrics=StepMetrics(REWARDS),
            **options,
        )
        trainer.train()
        trainer.capture.close()
    return trainer, [line.event for line in SpoolReader(folder).lines(0)]


def rollouts_of(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In the order in which they were generated, which is that of their uids."""
    return [rollout for event in events for group in event["groups"] for rollout in group["rollouts"]]


def test_groups_are_complete_and_advantages_are_those_of_trl(home: Path, tmp_path: Path) -> None:
    trainer, events = train_with_seam(small_spec(), tmp_path)
    assert [event["step"] for event in events] == [1, 2, 3]
    assert all(len(event["groups"]) == 4 for event in events)
    assert all(len(group["rollouts"]) == 4 for event in events for group in event["groups"])
    advantages = torch.cat([batch["advantages"] for batch in trainer.recorded]).tolist()
    assert [rollout["advantage"] for rollout in rollouts_of(events)] == advantages
    assert trainer.watch_errors == 0


def test_rewards_and_tokens_are_those_of_trl(home: Path, tmp_path: Path) -> None:
    trainer, events = train_with_seam(small_spec(), tmp_path)
    logged = [log for log in trainer.state.log_history if "reward" in log]
    for event, log, batch in zip(events, logged, trainer.recorded, strict=True):
        rollouts = rollouts_of([event])
        assert sum(r["reward"] for r in rollouts) / 16 == pytest.approx(log["reward"], abs=1e-6)
        for name in ("exact_answer", "tag_count"):
            mean = sum(r["scores"][name] for r in rollouts) / 16
            assert mean == pytest.approx(log[f"rewards/{name}/mean"], abs=1e-6)
        ids = [
            row[mask.bool()].tolist()
            for row, mask in zip(batch["completion_ids"], batch["completion_mask"], strict=True)
        ]
        assert [rollout["token_ids"] for rollout in rollouts] == ids
        assert [rollout["length"] for rollout in rollouts] == [len(row) for row in ids]
        truncated = sum(rollout["truncated"] for rollout in rollouts) / 16
        assert truncated == pytest.approx(log["completions/clipped_ratio"])


def test_log_probabilities_are_those_before_the_first_update(home: Path, tmp_path: Path) -> None:
    spec = small_spec(algorithm={"num_iterations": 2}, schedule={"max_steps": 4}, optimizer={"bf16": False})
    trainer, events = train_with_seam(spec, tmp_path)
    assert [event["step"] for event in events] == [1, 3]
    old_bt = [row for batch in trainer.recorded for row in batch["old_per_token_logps"].tolist()]
    rollouts = rollouts_of(events)
    assert len(rollouts) == len(old_bt) == 32
    for rollout, old_t in zip(rollouts, old_bt, strict=True):
        assert rollout["logps"] == pytest.approx(old_t[: rollout["length"]], abs=1e-5)
        assert len(rollout["entropies"]) == len(rollout["tokens"]) == rollout["length"]


@pytest.mark.parametrize("accumulation", [{"steps_per_generation": 2}, {"gradient_accumulation_steps": 2}])
def test_rollouts_belong_to_the_step_whose_metrics_they_make(
    home: Path, tmp_path: Path, accumulation: dict[str, int]
) -> None:
    spec = small_spec(optimizer=accumulation | {"per_device_train_batch_size": 8}, schedule={"max_steps": 4})
    trainer, events = train_with_seam(spec, tmp_path)
    logged = {log["step"]: log["reward"] for log in trainer.state.log_history if "reward" in log}
    means = {
        event["step"]: sum(rollout["reward"] for rollout in rollouts_of([event])) / 16 for event in events
    }
    assert means == pytest.approx(logged, abs=1e-6)
    assert all(rollout["logps"] for rollout in rollouts_of(events))


def test_training_is_bit_for_bit_that_of_the_bare_trainer(home: Path, tmp_path: Path) -> None:
    spec = small_spec()
    ours, _ = train_with_seam(spec, tmp_path / "ours")
    with Judge() as judge:
        bare = GRPOTrainer(**options_of(spec, tmp_path / "bare", judge))
        bare.train()

    def curves(trainer: GRPOTrainer) -> list[dict[str, float]]:
        return [
            {key: value for key, value in log.items() if key not in TIMES}
            for log in trainer.state.log_history
        ]

    assert curves(ours) == curves(bare)
    theirs = bare.model.state_dict()
    assert all(torch.equal(value, theirs[key]) for key, value in ours.model.state_dict().items())


def test_completions_masked_out_of_the_loss_have_no_log_probabilities(home: Path, tmp_path: Path) -> None:
    spec = small_spec(algorithm={"mask_truncated_completions": True}, sampling={"max_completion_length": 6})
    _, events = train_with_seam(spec, tmp_path)
    rollouts = rollouts_of(events)
    assert any(rollout["truncated"] for rollout in rollouts)
    assert any(not rollout["truncated"] for rollout in rollouts)
    assert all((rollout["logps"] is None) == rollout["truncated"] for rollout in rollouts)


def test_capture_keeps_what_the_spec_asks_for(home: Path, tmp_path: Path) -> None:
    capture = CaptureSpec(every_steps=2, max_groups_per_step=3, tokens=False)
    _, events = train_with_seam(small_spec(schedule={"max_steps": 5}), tmp_path, capture)
    assert [(event["step"], len(event["groups"])) for event in events] == [(1, 3), (3, 3), (5, 3)]
    assert all(rollout["token_ids"] is rollout["logps"] is None for rollout in rollouts_of(events))


def test_a_failure_to_capture_stops_nothing(home: Path, tmp_path: Path) -> None:
    spool = SpoolWriter(tmp_path)
    with Judge() as judge:
        options = options_of(small_spec(), tmp_path, judge)
        options["train_dataset"] = options["train_dataset"].with_transform(_without_row_id)
        trainer = Recording(
            capture=Capture(CaptureSpec(), REWARDS, options["processing_class"], spool),
            step_metrics=StepMetrics(REWARDS),
            **options,
        )
        trainer.train()
    assert trainer.state.global_step == 3
    assert trainer.watch_errors > 0


def _without_row_id(batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
    chat = [[{"role": "user", "content": prompt}] for prompt in batch["prompt"]]
    return {"prompt": chat, "answer": batch["answer"]}


def test_the_uid_goes_through_the_shuffling_with_its_row(home: Path, tmp_path: Path) -> None:
    trainer, _ = train_with_seam(small_spec(schedule={"max_steps": 1}), tmp_path)
    (generated,) = trainer.recorded
    (shuffled,) = trainer._buffered_inputs
    order = shuffled[UID].tolist()
    assert order != sorted(order)
    assert torch.equal(shuffled["completion_ids"], generated["completion_ids"][order])


def test_a_changed_hook_point_is_refused_at_the_start() -> None:
    class Renamed(GRPOTrainer):  # type: ignore[misc]
        def _calculate_rewards(self, samples: Any) -> Any: ...

    check_hooks()
    with pytest.raises(
        RuntimeError, match=r"_calculate_rewards\(self, samples\) should take inputs, prompts"
    ):
        check_hooks(Renamed)


def test_presets_fit_the_config_of_trl(tmp_path: Path) -> None:
    for preset in SPECS.values():
        config = grpo_config(preset.spec, tmp_path)
        assert config.generation_batch_size == preset.spec.generation_batch_size
