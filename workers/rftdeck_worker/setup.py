"""What a training and a pre-flight have in common: from a spec to a trainer, with everything checked on the way."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from rftdeck.events import PhaseChanged
from rftdeck.runs import Claim
from rftdeck.sandbox import Judge
from rftdeck.spec import RunSpec
from rftdeck.spool import SpoolWriter
from transformers.processing_utils import ProcessorMixin

from rftdeck_worker.capture import Capture
from rftdeck_worker.config import check_rows, check_supported, grpo_config
from rftdeck_worker.data import Data, load_data
from rftdeck_worker.errors import SpecError
from rftdeck_worker.metrics import StepMetrics
from rftdeck_worker.models import count_parameters, find_model, load_model, load_processor, lora_config
from rftdeck_worker.rewards import PROCESSES, check_rewards
from rftdeck_worker.scoring import Scorer, reward_functions
from rftdeck_worker.seam import SeamTrainer
from rftdeck_worker.stored import fetched

log = logging.getLogger(__name__)


class Phases:
    """Says what the process is doing while no step finishes."""

    def __init__(self, spool: SpoolWriter) -> None:
        self._spool = spool

    def __call__(self, phase: str, fraction: float | None = None) -> None:
        self._spool.append(PhaseChanged(phase=phase, fraction=fraction))

    def part(self, phase: str) -> partial[None]:
        """A function of the fraction alone."""
        return partial(self, phase)


@dataclass(frozen=True)
class Setup:
    spec: RunSpec
    """With a stored data set replaced by its copy on this machine."""
    judge: Judge
    scorer: Scorer
    processor: Any
    """A tokenizer, or a processor of text and images."""
    data: Data
    trainer: SeamTrainer


@contextmanager
def set_up(
    spec: RunSpec,
    claim: Claim,
    spool: SpoolWriter,
    phase: Phases,
    checkpoints: Path,
) -> Iterator[Setup]:
    """`spool` takes the rollouts of the trainer. Raises SpecError for what a person can mend in the spec; that happens before a device is touched."""
    check_supported(spec)
    check_rewards(spec.rewards, claim.custom_rewards)
    with Judge(PROCESSES) as judge:  # its imports run beside what follows
        source = find_model(spec.model, phase.part(f"building {spec.model.name}"))
        processor = load_processor(source)
        spec = fetched(spec, phase.part(f"fetching {spec.dataset.name}"))
        has_template = processor.chat_template is not None
        if spec.dataset.image_column is not None and not (source.sees and has_template):
            missing = "chat template to put images into" if source.sees else "eyes: it takes text alone"
            raise SpecError("dataset.image_column", f"{spec.model.name} has no {missing}")
        data = load_data(spec.dataset, phase.part(f"building {spec.dataset.name}"), chat=has_template)
        check_rows(spec, len(data.train))

        phase("loading model")
        if not torch.cuda.is_available():
            torch.set_num_threads(1)  # see environment.prepare
        model = load_model(spec.model, source)
        scorer = Scorer(
            judge, spec.rewards, claim.custom_rewards, num_generations=spec.sampling.num_generations
        )
        tokenizer = processor.tokenizer if isinstance(processor, ProcessorMixin) else processor
        trainer = SeamTrainer(
            model=model,
            reward_funcs=reward_functions(scorer),
            args=grpo_config(spec, checkpoints),
            train_dataset=data.train,
            processing_class=processor,
            peft_config=lora_config(spec.model, model),
            capture=Capture(spec.capture, spec.rewards, tokenizer, spool),
            step_metrics=StepMetrics(spec.rewards, claim.custom_rewards),
        )
        log.info("%s: %d parameters, %d of them trained", source.path, *count_parameters(trainer.policy))
        log.info("%d rows to train on, %d held out", len(data.train), len(data.heldout or ()))
        yield Setup(spec, judge, scorer, processor, data, trainer)
