"""Sampling outside of a training step: held-out rows, and the prompts of a pre-flight."""

import time
from dataclasses import replace
from typing import Any

from rftdeck.spec import RunSpec
from transformers import GenerationConfig, PreTrainedModel
from transformers.processing_utils import ProcessorMixin
from trl import prepare_multimodal_messages

from rftdeck_worker.capture import GeneratedBatch, batch_rewards, decode
from rftdeck_worker.scoring import Scorer, make_samples


class Sampler:
    """Samples completions of rows from a policy, and scores them."""

    def __init__(
        self,
        spec: RunSpec,
        processor: Any,
        scorer: Scorer,
        *,
        temperature: float,
        top_p: float = 1.0,
        top_k: int = 0,
    ) -> None:
        """A temperature of 0 is greedy; a top_k of 0 is none."""
        self._spec, self._processor, self._scorer = spec, processor, scorer
        self._sampling: dict[str, Any] = {"do_sample": False}
        if temperature > 0:
            self._sampling = {"do_sample": True, "temperature": temperature, "top_p": top_p, "top_k": top_k}
        self.tokenizer = processor.tokenizer if isinstance(processor, ProcessorMixin) else processor
        self.generate_s = 0.0
        """Spent in generating so far."""

    def sample(
        self, model: PreTrainedModel, rows: list[dict[str, Any]], step: int, num_generations: int = 1
    ) -> GeneratedBatch:
        """One completion a row; rows that stand num_generations times side by side are siblings."""
        prompts = [as_trl_prepares(self._processor, row) for row in rows]
        inputs = self._encode(prompts).to(model.device)
        config, stop = self._generation(model)
        began = time.perf_counter()
        output_bt = model.generate(**inputs, generation_config=config)[:, inputs["input_ids"].shape[1] :]
        completion_ids = [_until(ids, stop) for ids in output_bt.tolist()]
        self.generate_s += time.perf_counter() - began
        texts = decode(self.tokenizer, completion_ids, stop)
        columns = {name: [row[name] for row in rows] for name in rows[0] if name != "prompt"}
        # Scored as the completions of the last step were, or of the first.
        samples = make_samples(texts, completion_ids, columns, max(1, step), self._spec.schedule.max_steps)
        scored = self._scorer.score(
            [replace(sample, group=str(place // num_generations)) for place, sample in enumerate(samples)]
        )
        return GeneratedBatch(
            step=step,
            num_generations=num_generations,
            uids=range(len(rows)),
            rows=rows,
            prompts=prompts,
            texts=texts,
            completion_ids=completion_ids,
            truncated=[ids[-1] not in stop for ids in completion_ids],
            scored=scored,
            rewards=batch_rewards(self._scorer.rewards, scored),
        )

    def prompt_lengths(self, rows: list[dict[str, Any]]) -> list[int]:
        """Tokens of each prompt, those of its images included."""
        lengths: list[int] = (
            self._encode([as_trl_prepares(self._processor, row) for row in rows])["attention_mask"]
            .sum(1)
            .tolist()
        )
        return lengths

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
        declared = model.generation_config.eos_token_id
        ends = declared if isinstance(declared, list) else [] if declared is None else [declared]
        suppressed = (
            [model.config.image_token_id] if isinstance(self._processor, ProcessorMixin) else None
        )  # as TRL does: a sampled image token would have no image
        config = GenerationConfig(
            max_new_tokens=self._spec.sampling.max_completion_length,
            repetition_penalty=1.0,
            pad_token_id=self.tokenizer.pad_token_id,
            eos_token_id=sorted({self.tokenizer.eos_token_id, *ends}),
            suppress_tokens=suppressed,
            disable_compile=True,
            **self._sampling,
        )
        return config, frozenset({*config.eos_token_id, self.tokenizer.pad_token_id})


def as_trl_prepares(processor: Any, row: dict[str, Any]) -> Any:
    """The prompt of a row: vision-language processors take content blocks, with the images in them."""
    if isinstance(row["prompt"], str) or not isinstance(processor, ProcessorMixin):
        return row["prompt"]
    return prepare_multimodal_messages(row["prompt"], row.get("images"))


def _until(ids: list[int], stop: frozenset[int]) -> list[int]:
    """Up to the first id that ends a completion, that one included."""
    for index, token in enumerate(ids):
        if token in stop:
            return ids[: index + 1]
    return ids
