"""The run spec: the frozen input of a run. One model makes the JSON schema, the form and the reference."""

from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, TypeAdapter

from rftdeck.base import Strict

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
Positive = Annotated[int, Field(ge=1, le=10_000_000)]
MAX_SEED = 2**32 - 1

LossType = Literal["grpo", "dr_grpo", "dapo", "bnpo", "cispo", "sapo", "luspo", "vespo"]
AlgorithmName = Literal["grpo", "dapo", "dr_grpo", "bnpo", "gspo", "cispo", "sapo"]


class LoraSpec(Strict):
    """Train low-rank adapters (PEFT) instead of all weights."""

    r: Annotated[int, Field(ge=1, le=1024)] = 16
    """Rank."""
    alpha: Annotated[int, Field(ge=1, le=4096)] = 32
    """Scale; the update is multiplied by alpha / r."""
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    target_modules: list[str] | Literal["all-linear"] = "all-linear"


class ModelSpec(Strict):
    name: Name = "starter/text"
    """A Hugging Face id, a directory on the worker, or `starter/text` / `starter/vision`."""
    revision: str | None = None
    """Branch, tag or commit on the Hub."""
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    """Type of the weights; auto keeps what the checkpoint says."""
    attn_implementation: Literal["auto", "eager", "sdpa", "flash_attention_2"] = "auto"
    lora: LoraSpec | None = None
    """None trains all weights."""
    freeze_vision_tower: bool = False
    """Vision-language models only: keep the image encoder as it is."""
    gradient_checkpointing: bool = False
    """Less memory for about a third more time."""


class HeldoutSpec(Strict):
    """Rows that are never trained on, to measure what was learned."""

    split: str | None = None
    """A split of the dataset; None takes rows away from the training split."""
    rows: Annotated[int, Field(ge=1, le=100_000)] = 256


class DatasetSpec(Strict):
    name: Name = "starter/chained-sums"
    """`dataset:name@version` of the data sets page, a Hugging Face id, a JSON Lines or Parquet file on the worker,
    `starter/chained-sums` or `starter/digit-sums`."""
    config: str | None = None
    """Configuration of a Hub dataset."""
    split: Name = "train"
    prompt_column: Name = "prompt"
    """Text, or a list of chat messages."""
    answer_column: Name = "answer"
    """The gold answer, handed to every reward function as `answer`."""
    image_column: Name | None = None
    """An image or a list of images; None for text only."""
    prompt_template: str = "{prompt}"
    """Wraps each text prompt, and each chat of one message; `{prompt}` stands for it."""
    system_prompt: str | None = None
    max_rows: Positive | None = None
    """Use the first rows only."""
    heldout: HeldoutSpec | None = HeldoutSpec()


class RewardSpec(Strict):
    name: Name
    """A reward function of the library, see /rewards."""
    weight: float = Field(default=1.0, allow_inf_nan=False)
    params: dict[str, Any] = {}
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 5.0
    """Hard limit for one completion; past it the score is None and the reward process is replaced."""


class AlgorithmSpec(Strict):
    """A preset by its paper's name; a field set here overrides the preset."""

    preset: AlgorithmName = "dapo"
    loss_type: LossType | None = None
    beta: Annotated[float, Field(ge=0)] | None = None
    """Weight of the KL term against the reference model; 0 loads no reference model."""
    epsilon: Annotated[float, Field(gt=0)] | None = None
    """Lower clip range of the importance ratio, and the upper one when epsilon_high is not set."""
    epsilon_high: Annotated[float, Field(gt=0)] | None = None
    delta: Annotated[float, Field(gt=1)] | None = None
    """Upper bound of the ratio when the advantage is negative (two-sided clipping)."""
    num_iterations: Annotated[int, Field(ge=1, le=64)] | None = None
    """Passes over each generated batch."""
    scale_rewards: Literal["group", "batch", "none"] | None = None
    """Standard deviation that divides the advantage."""
    importance_sampling_level: Literal["token", "sequence"] | None = None
    mask_truncated_completions: bool | None = None
    """Leave truncated completions out of the loss."""
    top_entropy_quantile: Annotated[float, Field(gt=0, le=1)] | None = None
    """Share of tokens, by entropy, that the loss uses."""


class SamplingSpec(Strict):
    num_generations: Annotated[int, Field(ge=2, le=1024)] = 8
    """Completions per prompt: the size of a group."""
    max_completion_length: Annotated[int, Field(ge=1, le=1_000_000)] = 256
    """Tokens."""
    temperature: Annotated[float, Field(gt=0, le=10)] = 1.0
    top_p: Annotated[float, Field(gt=0, le=1)] = 1.0
    top_k: Annotated[int, Field(ge=0)] = 0
    """0 switches it off."""
    engine: Literal["transformers", "vllm"] = "transformers"


class OptimizerSpec(Strict):
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 1e-6
    lr_scheduler_type: Literal["constant", "constant_with_warmup", "linear", "cosine"] = (
        "constant_with_warmup"
    )
    warmup_steps: Annotated[int, Field(ge=0)] = 5
    weight_decay: Annotated[float, Field(ge=0, le=1)] = 0.0
    max_grad_norm: Annotated[float, Field(gt=0)] = 1.0
    per_device_train_batch_size: Positive = 8
    """Completions in one forward and backward pass of a process."""
    gradient_accumulation_steps: Positive = 1
    """Passes per optimiser step."""
    steps_per_generation: Positive | None = None
    """Passes served by one generated batch; None is gradient_accumulation_steps."""
    bf16: bool = True
    """Forward and backward in bfloat16 autocast."""


class ScheduleSpec(Strict):
    max_steps: Positive = 100
    """Optimiser steps."""


class EvaluationSpec(Strict):
    every_steps: Positive | None = None
    """None evaluates before and after the training only."""
    before_and_after: bool = True
    temperature: Annotated[float, Field(ge=0, le=10)] = 1.0
    """0 is greedy."""
    batch_size: Positive = 256
    """Completions generated at once."""


class CaptureSpec(Strict):
    every_steps: Positive = 1
    """Capture the rollouts of every n-th step."""
    max_groups_per_step: Positive | None = None
    """Keep the first groups of a step only."""
    tokens: bool = True
    """Keep each token with its log-probability and entropy."""


class CheckpointingSpec(Strict):
    every_steps: Positive = 50
    keep_last: Positive = 2


class ResourcesSpec(Strict):
    queue: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}$")] = "default"
    """Workers serve the queues they were started with."""
    launcher: Literal["single", "accelerate"] = "single"
    processes: Annotated[int, Field(ge=1, le=1024)] = 1
    """Training processes; more than one needs the accelerate launcher."""
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    """Higher goes first."""
    max_restarts: Annotated[int, Field(ge=0, le=100)] = 3
    """How often a crashed run is queued again."""


class RunSpec(Strict):
    name: Name
    experiment: Name = "default"
    """The named question this run belongs to."""
    tags: list[Annotated[str, Field(min_length=1, max_length=60)]] = Field(default=[], max_length=50)
    seed: Annotated[int, Field(ge=0, le=MAX_SEED)] = 0
    model: ModelSpec = ModelSpec()
    dataset: DatasetSpec = DatasetSpec()
    rewards: list[RewardSpec] = Field(default=[RewardSpec(name="exact_answer")], min_length=1, max_length=50)
    algorithm: AlgorithmSpec = AlgorithmSpec()
    sampling: SamplingSpec = SamplingSpec()
    optimizer: OptimizerSpec = OptimizerSpec()
    schedule: ScheduleSpec = ScheduleSpec()
    evaluation: EvaluationSpec = EvaluationSpec()
    capture: CaptureSpec = CaptureSpec()
    checkpointing: CheckpointingSpec = CheckpointingSpec()
    resources: ResourcesSpec = ResourcesSpec()

    @property
    def passes_per_generation(self) -> int:
        """Forward passes of one process that are fed by one generated batch (TRL's steps_per_generation)."""
        return self.optimizer.steps_per_generation or self.optimizer.gradient_accumulation_steps

    @property
    def generation_batch_size(self) -> int:
        """Completions generated at once over all processes (TRL's generation_batch_size)."""
        return (
            self.optimizer.per_device_train_batch_size * self.passes_per_generation * self.resources.processes
        )

    @property
    def evaluations(self) -> int:
        """How often the held-out rows are evaluated in the whole run."""
        if self.dataset.heldout is None:
            return 0
        every, steps = self.evaluation.every_steps, self.schedule.max_steps
        between = 0 if every is None else steps // every
        if not self.evaluation.before_and_after:
            return between
        if every is not None and steps % every == 0:
            between -= 1  # the one after the training takes its place
        return between + 2


SPEC_SCHEMA: dict[str, Any] = TypeAdapter(RunSpec).json_schema()


def spec_to_yaml(spec: RunSpec) -> str:
    """The whole spec with its defaults, in the order of the sections."""
    return yaml.safe_dump(spec.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def spec_from_yaml(text: str) -> RunSpec:
    """Raises yaml.YAMLError on broken YAML and pydantic.ValidationError on a wrong field."""
    return RunSpec.model_validate(yaml.safe_load(text))
