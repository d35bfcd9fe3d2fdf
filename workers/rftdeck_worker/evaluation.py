"""Held-out evaluation: sample one completion a prompt, score it, keep some to read."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from datasets import Dataset
from rftdeck.events import MetricsLogged, RolloutsCaptured
from rftdeck.rollouts import GroupCapture
from rftdeck.spec import RunSpec
from rftdeck.spool import SpoolWriter
from transformers import GenerationConfig, PreTrainedModel
from transformers.processing_utils import ProcessorMixin
from trl import prepare_multimodal_messages

from rftdeck_worker.capture import GeneratedBatch, GroupBuilder, batch_rewards, decode
from rftdeck_worker.metrics import finite
from rftdeck_worker.rewards import outcome_index
from rftdeck_worker.scoring import Scorer, make_samples
from rftdeck_worker.seam import SeamTrainer

MAX_GROUPS = 64
"""Completions of an evaluation that are kept to read."""


@dataclass(frozen=True)
class Evaluation:
    accuracy: float | None
    """Mean of the first outcome reward, a missing score counted as 0; None without an outcome reward."""
    reward: float | None
    """Mean of the weighted rewards."""
    mean_length: float
    """Tokens."""

    def metrics(self) -> dict[str, float | None]:
        values = {
            "eval/heldout/accuracy": self.accuracy,
            "eval/heldout/reward": self.reward,
            "eval/heldout/mean_length": self.mean_length,
        }
        return {key: finite(value) for key, value in values.items() if value is not None}


class Evaluator:
    """Evaluates a policy on the held-out rows, always with the same random numbers."""

    def __init__(
        self,
        spec: RunSpec,
        rows: Dataset,
        processor: Any,
        scorer: Scorer,
        spool: SpoolWriter,
        phase: Callable[[str, float | None], None],
    ) -> None:
        self._spec, self._rows, self._processor, self._scorer = spec, rows, processor, scorer
        self._spool, self._phase = spool, phase
        self._tokenizer = processor.tokenizer if isinstance(processor, ProcessorMixin) else processor
        self._evaluated_step: int | None = None
        self._builder = GroupBuilder(scorer.rewards, self._tokenizer, spool, tokens=False)

    def evaluate(self, trainer: SeamTrainer, step: int) -> None:
        """Report metrics and rollouts as those of `step`, once a step. The random state stays as it was."""
        if step == self._evaluated_step:
            return
        self._evaluated_step = step
        model = trainer.policy
        devices = [model.device] if model.device.type == "cuda" else []
        training = model.training
        model.eval()
        batches: list[GeneratedBatch] = []
        size = self._spec.evaluation.batch_size
        # Autocast, because TRL samples that way too: before the first step the model would not do it by itself.
        with torch.random.fork_rng(devices), torch.inference_mode(), trainer.accelerator.autocast():
            torch.manual_seed(self._spec.seed)
            for start in range(0, len(self._rows), size):
                self._phase("evaluating", start / len(self._rows))
                rows = [self._rows[index] for index in range(start, min(start + size, len(self._rows)))]
                batches.append(self._sample(model, rows, step))
        model.train(training)
        self._report(self._summary(batches), batches, step)

    def _sample(self, model: PreTrainedModel, rows: list[dict[str, Any]], step: int) -> GeneratedBatch:
        prompts = [self._prepare(row) for row in rows]
        inputs = self._encode(prompts).to(model.device)
        config, stop = self._generation(model)
        output_bt = model.generate(**inputs, generation_config=config)[:, inputs["input_ids"].shape[1] :]
        completion_ids = [_until(ids, stop) for ids in output_bt.tolist()]
        texts = decode(self._tokenizer, completion_ids, stop)
        columns = {name: [row[name] for row in rows] for name in rows[0] if name != "prompt"}
        # Scored as the completions of the last step were, or of the first.
        samples = make_samples(texts, completion_ids, columns, max(1, step), self._spec.schedule.max_steps)
        scored = self._scorer.score(samples)
        return GeneratedBatch(
            step=step,
            num_generations=1,
            uids=range(len(rows)),
            rows=rows,
            prompts=prompts,
            texts=texts,
            completion_ids=completion_ids,
            truncated=[ids[-1] not in stop for ids in completion_ids],
            scored=scored,
            rewards=batch_rewards(self._scorer.rewards, scored),
        )

    def _prepare(self, row: dict[str, Any]) -> Any:
        """The prompt as TRL prepares it: vision-language processors take content blocks, with the images in them."""
        if isinstance(row["prompt"], str) or not isinstance(self._processor, ProcessorMixin):
            return row["prompt"]
        return prepare_multimodal_messages(row["prompt"], row.get("images"))

    def _encode(self, prompts: list[Any]) -> Any:
        padding: dict[str, Any] = {"padding": True, "return_tensors": "pt"}
        if isinstance(prompts[0], str):
            return self._processor(text=prompts, **padding)
        if isinstance(self._processor, ProcessorMixin):
            padding = {"processor_kwargs": padding}
        return self._processor.apply_chat_template(
            prompts, add_generation_prompt=True, tokenize=True, return_dict=True, **padding
        )

    def _generation(self, model: PreTrainedModel) -> tuple[GenerationConfig, frozenset[int]]:
        """Plain sampling, whatever the checkpoint's own generation config says, and the ids that end a completion."""
        temperature = self._spec.evaluation.temperature
        declared = model.generation_config.eos_token_id
        ends = declared if isinstance(declared, list) else [] if declared is None else [declared]
        sampling: dict[str, Any] = {"do_sample": False}
        if temperature > 0:
            sampling = {"do_sample": True, "temperature": temperature, "top_p": 1.0, "top_k": 0}
        suppressed = (
            [model.config.image_token_id] if isinstance(self._processor, ProcessorMixin) else None
        )  # as TRL does: a sampled image token would have no image
        config = GenerationConfig(
            max_new_tokens=self._spec.sampling.max_completion_length,
            repetition_penalty=1.0,
            pad_token_id=self._tokenizer.pad_token_id,
            eos_token_id=sorted({self._tokenizer.eos_token_id, *ends}),
            suppress_tokens=suppressed,
            disable_compile=True,
            **sampling,
        )
        return config, frozenset({*config.eos_token_id, self._tokenizer.pad_token_id})

    def _summary(self, batches: list[GeneratedBatch]) -> Evaluation:
        lengths = [len(ids) for batch in batches for ids in batch.completion_ids]
        rewards = [reward for batch in batches for reward in batch.rewards if reward is not None]
        outcome = outcome_index(self._scorer.rewards, self._scorer.custom)
        accuracy = None
        if outcome is not None:
            scores = [result.score or 0.0 for batch in batches for result in batch.scored[outcome]]
            accuracy = sum(scores) / len(scores)
        reward = sum(rewards) / len(rewards) if rewards else None
        return Evaluation(accuracy, reward, sum(lengths) / len(lengths))

    def _report(self, evaluation: Evaluation, batches: list[GeneratedBatch], step: int) -> None:
        metrics = evaluation.metrics()
        self._spool.append(
            MetricsLogged(
                keys=list(metrics),
                steps=[step],
                times=[time.time()],
                values=[[value] for value in metrics.values()],
            )
        )
        groups: list[GroupCapture] = []
        for batch in batches:
            for member in range(min(len(batch.rows), MAX_GROUPS - len(groups))):
                groups.append(self._builder.build(batch, range(member, member + 1), index=len(groups)))
        self._spool.append(RolloutsCaptured(step=step, mode="eval", groups=groups))


def _until(ids: list[int], stop: frozenset[int]) -> list[int]:
    """Up to the first id that ends a completion, that one included."""
    for index, token in enumerate(ids):
        if token in stop:
            return ids[: index + 1]
    return ids
