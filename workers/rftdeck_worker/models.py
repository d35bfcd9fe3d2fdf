"""Models: from a name in the spec to a policy on its device."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig
from rftdeck.spec import ModelSpec
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForImageTextToText,
    AutoTokenizer,
    PretrainedConfig,
    PreTrainedModel,
)
from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING

from rftdeck_worker import processors, starters
from rftdeck_worker.errors import SpecError
from rftdeck_worker.starters import Progress

TINY = 20_000_000
"""Parameters up to which eager attention under bf16 autocast is faster than sdpa on a CPU."""


@dataclass(frozen=True)
class ModelSource:
    """Where a model is loaded from; finding it touches no device."""

    path: str
    """A directory, or an id on the Hub."""
    revision: str | None
    config: PretrainedConfig

    @property
    def sees(self) -> bool:
        """Whether it takes images."""
        return type(self.config) in MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING


def find_model(spec: ModelSpec, progress: Progress) -> ModelSource:
    """Read the model's config; a missing starter is built first. Raises SpecError."""
    name = spec.name
    if starters.is_starter(name):
        try:
            name = str(starters.ensure_model(name, progress))
        except KeyError as error:
            raise SpecError("model.name", error.args[0]) from error
    path = Path(name).expanduser()
    if name.startswith(("/", ".", "~")) and not path.is_dir():
        raise SpecError("model.name", f"no such directory: {path}")
    if path.is_dir():
        name = str(path)
    try:
        config = AutoConfig.from_pretrained(name, revision=spec.revision)
    except (OSError, ValueError, KeyError) as error:
        raise SpecError("model.name", f"{name} cannot be read: {error}") from error
    return ModelSource(name, spec.revision, config)


def load_processor(source: ModelSource) -> Any:
    """The processor of a vision-language model, the tokenizer of a text model; both pad on the left."""
    if source.sees:
        processor = processors.load_processor(source.path, source.revision, source.config.model_type)
        processor.tokenizer.padding_side = "left"
        return processor
    try:
        return AutoTokenizer.from_pretrained(source.path, revision=source.revision, padding_side="left")
    except (OSError, ValueError) as error:
        raise SpecError("model.name", f"{source.path} has no tokenizer that can be read: {error}") from error


def load_model(spec: ModelSpec, source: ModelSource) -> PreTrainedModel:
    """The policy with its weights, still on the CPU: the trainer moves it. Raises SpecError."""
    auto = AutoModelForImageTextToText if source.sees else AutoModelForCausalLM
    options = {} if spec.attn_implementation == "auto" else {"attn_implementation": spec.attn_implementation}
    try:
        model: PreTrainedModel = auto.from_pretrained(
            source.path, revision=source.revision, dtype=spec.dtype, **options
        )
    except (OSError, ValueError, ImportError) as error:
        raise SpecError("model.name", f"{source.path} cannot be loaded: {error}") from error
    if spec.attn_implementation == "auto":
        tiny = not torch.cuda.is_available() and model.num_parameters() <= TINY
        model.set_attn_implementation("eager" if tiny else "sdpa")
    if spec.freeze_vision_tower:
        for parameter in vision_tower(model).parameters():
            parameter.requires_grad_(False)
    return model


def vision_tower(model: PreTrainedModel) -> torch.nn.Module:
    """Raises SpecError when the model has none."""
    tower: torch.nn.Module = model.get_encoder(modality="image")
    if isinstance(tower, PreTrainedModel) and tower.base_model is model.base_model:
        raise SpecError("model.freeze_vision_tower", f"{type(model).__name__} has no vision tower")
    return tower


def lora_config(spec: ModelSpec, model: PreTrainedModel) -> LoraConfig | None:
    """Adapters for the policy; a frozen vision tower gets none."""
    if spec.lora is None:
        return None
    frozen = None
    if spec.freeze_vision_tower:
        tower = vision_tower(model)
        name = next(name for name, module in model.named_modules() if module is tower)
        frozen = rf".*{re.escape(name)}\..*"
    return LoraConfig(
        task_type="CAUSAL_LM",
        r=spec.lora.r,
        lora_alpha=spec.lora.alpha,
        lora_dropout=spec.lora.dropout,
        target_modules=spec.lora.target_modules,
        exclude_modules=frozen,
    )


def count_parameters(model: torch.nn.Module) -> tuple[int, int]:
    """(all, trainable)."""
    sizes = [(parameter.numel(), parameter.requires_grad) for parameter in model.parameters()]
    return sum(size for size, _ in sizes), sum(size for size, trained in sizes if trained)
