"""The training process: from a claim to an outcome. `train` reads top to bottom."""

import contextlib
import logging
import os
import socket
import traceback
from functools import partial
from pathlib import Path

import torch
from rftdeck.events import AttemptEnded, AttemptStarted, PhaseChanged
from rftdeck.runs import Claim
from rftdeck.sandbox import Judge
from rftdeck.spec import RunSpec
from rftdeck.spool import SpoolWriter
from rftdeck.states import Outcome, Request
from transformers.processing_utils import ProcessorMixin
from transformers.trainer_callback import PrinterCallback

from rftdeck_worker import environment
from rftdeck_worker.attempt import AttemptFolder
from rftdeck_worker.callbacks import Report, SaveAndStop
from rftdeck_worker.capture import Capture
from rftdeck_worker.config import check_rows, check_supported, grpo_config
from rftdeck_worker.data import load_data
from rftdeck_worker.errors import SpecError
from rftdeck_worker.evaluation import Evaluator
from rftdeck_worker.metrics import StepMetrics
from rftdeck_worker.models import count_parameters, find_model, load_model, load_processor, lora_config
from rftdeck_worker.rewards import PROCESSES, check_rewards
from rftdeck_worker.scoring import Scorer, reward_functions
from rftdeck_worker.seam import SeamTrainer

log = logging.getLogger(__name__)

MAX_TRACEBACK = 20_000
"""Characters that are kept of a traceback, from its end."""
DISK_WAIT_S = 5.0
"""How long the end of an attempt waits for a full disk."""


def run(claim: Claim, folder: AttemptFolder) -> AttemptEnded:
    """Train the claimed run and say how it ended. What goes wrong is the outcome, never an exception."""
    spool = SpoolWriter(folder.path)
    try:
        if claim.spec is None:
            raise SpecError("spec", "this run is logged by a script of its own and cannot be trained here")
        return AttemptEnded(outcome=train(claim.spec, claim, folder, spool))
    except SpecError as error:
        log.error("%s", error)
        return AttemptEnded(outcome=Outcome.FAILED, reason=str(error))
    except Exception as error:
        log.exception("the training failed")
        trace = traceback.format_exc()[-MAX_TRACEBACK:]
        reason = f"{type(error).__name__}: {error}"
        return AttemptEnded(outcome=Outcome.FAILED, reason=reason, traceback=trace)
    finally:
        spool.close(DISK_WAIT_S)
        if spool.dropped:
            log.error("%d events were lost because the disk refused them", spool.dropped)


def train(spec: RunSpec, claim: Claim, folder: AttemptFolder, spool: SpoolWriter) -> Outcome:
    """Raises SpecError for what a person can mend in the spec; that happens before a device is touched."""
    started = AttemptStarted(
        hostname=socket.gethostname(),
        pid=os.getpid(),
        device=environment.device_name(),
        versions=environment.versions(),
        resume_step=claim.checkpoint_step,
    )
    spool.append(started)
    phase = Phases(spool)

    # Everything that can be wrong with the spec.
    check_supported(spec)
    check_rewards(spec.rewards, claim.custom_rewards)
    checkpoint = find_checkpoint(claim)
    with Judge(PROCESSES) as judge:  # its imports run beside what follows
        source = find_model(spec.model, phase.part(f"building {spec.model.name}"))
        processor = load_processor(source)
        has_template = processor.chat_template is not None
        if spec.dataset.image_column is not None and not (source.sees and has_template):
            missing = "chat template to put images into" if source.sees else "eyes: it takes text alone"
            raise SpecError("dataset.image_column", f"{spec.model.name} has no {missing}")
        data = load_data(spec.dataset, phase.part(f"building {spec.dataset.name}"), chat=has_template)
        check_rows(spec, len(data.train))

        # The policy and its trainer.
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
            args=grpo_config(spec, folder.checkpoints),
            train_dataset=data.train,
            processing_class=processor,
            peft_config=lora_config(spec.model, model),
            capture=Capture(spec.capture, spec.rewards, tokenizer, spool),
            step_metrics=StepMetrics(spec.rewards, claim.custom_rewards),
        )
        log.info("%s: %d parameters, %d of them trained", source.path, *count_parameters(trainer.policy))
        log.info("%d rows to train on, %d held out", len(data.train), len(data.heldout or ()))

        # Held-out rows, before the first step of the run, in between, and at the end.
        evaluator = None
        if data.heldout is not None:
            evaluator = Evaluator(spec, data.heldout, processor, scorer, spool, phase)
        around = evaluator if spec.evaluation.before_and_after else None
        if around and checkpoint is None and not folder.baseline_file.exists():
            around.evaluate(trainer, 0)
            with contextlib.suppress(OSError):  # a full disk
                folder.baseline_file.touch()

        def evaluate_between(step: int) -> None:
            every_steps = spec.evaluation.every_steps
            is_last = step == spec.schedule.max_steps
            if evaluator and every_steps and step % every_steps == 0 and not (is_last and around):
                evaluator.evaluate(trainer, step)
                phase("training")

        # Training.
        save_and_stop = SaveAndStop(trainer, spec.checkpointing.every_steps, folder.read_request)
        trainer.remove_callback(PrinterCallback)
        trainer.add_callback(Report(trainer, spool, evaluate_between))
        trainer.add_callback(save_and_stop)
        phase("training")
        step = trainer.train_from(checkpoint)
        if save_and_stop.stopped_by is Request.PAUSE:
            return Outcome.PAUSED
        if around:
            around.evaluate(trainer, step)
    return Outcome.COMPLETED if save_and_stop.stopped_by is None else Outcome.STOPPED


def find_checkpoint(claim: Claim) -> Path | None:
    """Where to resume from. Raises SpecError when it is not on this machine."""
    if claim.checkpoint is None:
        return None
    checkpoint = Path(claim.checkpoint)
    if not (checkpoint / "trainer_state.json").is_file():
        raise SpecError("checkpoint", f"{checkpoint} is no checkpoint on this worker")
    return checkpoint


class Phases:
    """Says what the process is doing while no step finishes."""

    def __init__(self, spool: SpoolWriter) -> None:
        self._spool = spool

    def __call__(self, phase: str, fraction: float | None = None) -> None:
        self._spool.append(PhaseChanged(phase=phase, fraction=fraction))

    def part(self, phase: str) -> partial[None]:
        """A function of the fraction alone."""
        return partial(self, phase)
