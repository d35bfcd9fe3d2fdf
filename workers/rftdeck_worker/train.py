"""The training process: from a claim to an outcome. `train` reads top to bottom."""

import contextlib
import logging
import os
import socket
import time
import traceback
from pathlib import Path

from rftdeck.events import AttemptEnded, AttemptStarted, PreflightFinished
from rftdeck.runs import Claim
from rftdeck.spec import RunSpec
from rftdeck.spool import SpoolWriter
from rftdeck.states import Outcome, Request
from transformers.trainer_callback import PrinterCallback

from rftdeck_worker import environment
from rftdeck_worker.attempt import AttemptFolder
from rftdeck_worker.callbacks import Report, SaveAndStop
from rftdeck_worker.errors import SpecError
from rftdeck_worker.evaluation import Evaluator
from rftdeck_worker.preflight import fly
from rftdeck_worker.setup import Phases, set_up

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
        work = train if claim.preflight is None else preflight
        return AttemptEnded(outcome=work(claim.spec, claim, folder, spool))
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
    spool.append(started(claim))
    phase = Phases(spool)
    checkpoint = find_checkpoint(claim)
    with set_up(spec, claim, spool, phase, folder.checkpoints) as setup:
        trainer, data = setup.trainer, setup.data

        # Held-out rows, before the first step of the run, in between, and at the end.
        evaluator = None
        if data.heldout is not None:
            evaluator = Evaluator(spec, data.heldout, setup.processor, setup.scorer, spool, phase)
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


def preflight(spec: RunSpec, claim: Claim, folder: AttemptFolder, spool: SpoolWriter) -> Outcome:
    """Try the spec on a throw-away copy of its policy. Raises SpecError as `train` does."""
    assert claim.preflight is not None
    began = time.perf_counter()
    spool.append(started(claim))
    phase = Phases(spool)
    aside = SpoolWriter(folder.path / "aside")
    with set_up(spec, claim, aside, phase, folder.checkpoints) as setup:
        startup_s = time.perf_counter() - began
        result = fly(setup, claim.preflight, spool, aside, phase, startup_s)
    spool.append(PreflightFinished(result=result))
    return Outcome.COMPLETED


def started(claim: Claim) -> AttemptStarted:
    return AttemptStarted(
        hostname=socket.gethostname(),
        pid=os.getpid(),
        device=environment.device_name(),
        versions=environment.versions(),
        resume_step=claim.checkpoint_step,
    )


def find_checkpoint(claim: Claim) -> Path | None:
    """Where to resume from. Raises SpecError when it is not on this machine."""
    if claim.checkpoint is None:
        return None
    checkpoint = Path(claim.checkpoint)
    if not (checkpoint / "trainer_state.json").is_file():
        raise SpecError("checkpoint", f"{checkpoint} is no checkpoint on this worker")
    return checkpoint
