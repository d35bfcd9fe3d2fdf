"""The one place that touches the insides of TRL.

`SeamTrainer` wraps methods of GRPOTrainer with calls to super() and nothing else, so the training is TRL's own. TRL
shuffles and splits a generated batch before it trains on it; an extra tensor in the batch, `rollout_uid`, goes along
and says later which completion a row is. `check_hooks` fails at the start when a TRL release moves a hook point.
"""

import inspect
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedModel
from trl import GRPOTrainer
from trl.trainer.utils import RepeatSampler

from rftdeck_worker.capture import Capture, GeneratedBatch, batch_rewards, decode
from rftdeck_worker.metrics import StepMetrics
from rftdeck_worker.scoring import RewardFunction

log = logging.getLogger(__name__)

HOOKS: dict[str, tuple[str, ...]] = {
    "_generate": ("prompts",),
    "_calculate_rewards": ("inputs", "prompts", "completions", "completion_ids_list"),
    "_generate_and_score_completions": ("inputs",),
    "_get_per_token_logps_and_entropies": ("model", "input_ids", "logits_to_keep", "compute_entropy"),
    "_compute_loss": ("model", "inputs"),
    "_get_train_sampler": ("dataset",),
    "training_step": ("model", "inputs", "num_items_in_batch"),
}
"""Method → parameters it must take."""

UID = "rollout_uid"


@dataclass(frozen=True)
class _Completions:
    """Of one generated batch, as they were scored."""

    prompts: list[Any]
    texts: list[str]
    ids: list[list[int]]


def check_hooks(trainer: type[GRPOTrainer] = GRPOTrainer) -> None:
    """Raises RuntimeError when a method we wrap is gone or takes other parameters."""
    wrong = []
    for name, wanted in HOOKS.items():
        method = getattr(trainer, name, None)
        have = list(inspect.signature(inspect.unwrap(method)).parameters) if method else []
        if not set(wanted) <= set(have):
            wrong.append(
                f"{name}({', '.join(have)}) should take {', '.join(wanted)}" if method else f"no {name}"
            )
    if wrong:
        raise RuntimeError(f"this TRL does not have the hook points of rftdeck: {'; '.join(wrong)}")


class SeamTrainer(GRPOTrainer):  # type: ignore[misc]
    """GRPOTrainer that lets its rollouts and times be seen."""

    def __init__(
        self,
        *,
        reward_funcs: list[RewardFunction],
        capture: Capture,
        step_metrics: StepMetrics,
        **options: Any,
    ) -> None:
        check_hooks()
        self.capture = capture
        self.step_metrics = step_metrics
        self.watch_errors = 0
        """Failures of the observing code; training went on."""
        self._rewards = list(reward_funcs)
        self._next_uid = 0
        self._completions: _Completions | None = None
        self._forward: tuple[torch.Tensor, torch.Tensor] | None = None
        self._finished_epochs = 0
        super().__init__(reward_funcs=reward_funcs, **options)
        self._stop = frozenset({*self.eos_token_ids, self._tokenizer.pad_token_id})

    # ---- generation and rewards -----------------------------------------------------------------------------

    def _generate(self, prompts: list[Any]) -> Any:
        with self.step_metrics.clock("generate"):
            return super()._generate(prompts)

    def _calculate_rewards(
        self,
        inputs: list[Any],
        prompts: list[Any],
        completions: list[Any],
        completion_ids_list: list[list[int]],
    ) -> torch.Tensor:
        # TRL's text leaves special tokens out, and with some tokenizers <think> is one: rewards get what people see.
        texts = decode(self._tokenizer, completion_ids_list, self._stop)
        seen = [_with_text(completion, text) for completion, text in zip(completions, texts, strict=True)]
        with self.step_metrics.clock("reward"):
            rewards: torch.Tensor = super()._calculate_rewards(inputs, prompts, seen, completion_ids_list)
        self._completions = _Completions(prompts, texts, completion_ids_list)
        return rewards

    def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> dict[str, Any]:
        with self.step_metrics.clock("prepare"):
            batch: dict[str, Any] = super()._generate_and_score_completions(inputs)
        uids = range(self._next_uid, self._next_uid + len(inputs))
        self._next_uid += len(inputs)
        batch[UID] = torch.arange(uids.start, uids.stop, device=batch["advantages"].device)
        self.watch(self._observe_batch, inputs, uids, batch["advantages"])
        return batch

    def _observe_batch(self, inputs: list[dict[str, Any]], uids: range, advantages_b: torch.Tensor) -> None:
        assert self._completions is not None
        seen, scored = self._completions, [function.last for function in self._rewards]
        batch = GeneratedBatch(
            step=self.state.global_step + 1,
            num_generations=self.num_generations,
            uids=uids,
            rows=inputs,
            prompts=seen.prompts,
            texts=seen.texts,
            completion_ids=seen.ids,
            truncated=[ids[-1] not in self._stop for ids in seen.ids],  # TRL's own rule
            scored=scored,
            rewards=batch_rewards([function.spec for function in self._rewards], scored),
            advantages=advantages_b.tolist(),
        )
        self.step_metrics.add(batch)
        self.capture.add(batch)

    # ---- the training pass ------------------------------------------------------------------------------------

    def training_step(self, model: Any, inputs: Any, num_items_in_batch: Any) -> torch.Tensor:
        with self.step_metrics.clock("pass"):
            loss: torch.Tensor = super().training_step(model, inputs, num_items_in_batch)
        return loss

    def _get_per_token_logps_and_entropies(self, *args: Any, **options: Any) -> Any:
        result = super()._get_per_token_logps_and_entropies(*args, **options)
        if options.get("compute_entropy"):  # only the forward pass of the loss asks for it
            self._forward = (result[0].detach(), result[1].detach())
        return result

    def _compute_loss(self, model: Any, inputs: dict[str, Any]) -> torch.Tensor:
        loss: torch.Tensor = super()._compute_loss(model, inputs)
        if self._forward is not None:
            self.watch(self._observe_pass, inputs, *self._forward)
            self._forward = None
        return loss

    def _observe_pass(
        self, inputs: dict[str, Any], logps_bt: torch.Tensor, entropies_bt: torch.Tensor
    ) -> None:
        lengths_b = inputs["completion_mask"].sum(1)
        self.capture.add_first_pass(inputs[UID], lengths_b, logps_bt, entropies_bt)

    # ---- stopping and resuming --------------------------------------------------------------------------------

    @property
    def at_generation_boundary(self) -> bool:
        """Whether the next step generates anew: only there does a resumed run go on exactly."""
        return bool(self._step % (self.args.steps_per_generation * self.num_iterations) == 0)

    def train_from(self, checkpoint: Path | None) -> int:
        """Train to the end, or on from a checkpoint of a generation boundary. Returns the last step."""
        if checkpoint is None:
            self.train()
            return int(self.state.global_step)
        state = json.loads((checkpoint / "trainer_state.json").read_text())
        if state["global_step"] >= self.args.max_steps:  # the Trainer would add a step
            self._load_from_checkpoint(str(checkpoint))
            return int(state["global_step"])
        self._finished_epochs = int(state["epoch"] + 1e-6)
        self.train(resume_from_checkpoint=str(checkpoint))
        return int(self.state.global_step)

    @property
    def policy(self) -> PreTrainedModel:
        """The trained model on its device, without the wrapping of accelerate."""
        model: PreTrainedModel = self.accelerator.unwrap_model(self.model)
        return model

    def _get_train_sampler(self, dataset: Any = None) -> Any:
        # TRL's sampler starts every process with the order of the first epoch, so a resumed run would repeat it.
        sampler = super()._get_train_sampler(dataset)
        if isinstance(sampler, RepeatSampler) and sampler.shuffle:
            for _ in range(self._finished_epochs):
                torch.randperm(sampler.num_samples, generator=sampler.generator)
        return sampler

    # ---- safety -------------------------------------------------------------------------------------------------

    def watch(self, observe: Callable[..., None], *args: Any) -> None:
        """Watching never breaks training: a failure is counted, and reported once."""
        try:
            observe(*args)
        except Exception:
            if not self.watch_errors:
                log.exception("what happens in the training could not be recorded; it goes on")
            self.watch_errors += 1


def _with_text(completion: Any, text: str) -> Any:
    if isinstance(completion, str):
        return text
    return completion if len(completion) > 1 else [{**completion[0], "content": text}]
