"""Watches over one attempt, from the claim to the last event. Runs in a child of Celery, which never uses torch."""

import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable
from functools import partial

from rftdeck.events import AttemptEnded, LogWritten
from rftdeck.runs import Claim
from rftdeck.spool import SpoolWriter
from rftdeck.states import Outcome, Request

from rftdeck_worker import environment
from rftdeck_worker.attempt import AttemptFolder
from rftdeck_worker.link import Link
from rftdeck_worker.logs import LogPipe
from rftdeck_worker.process import fork, kill_group

log = logging.getLogger(__name__)

POLL_S = 0.05
LAST_WORDS_S = 1.0
"""How long a process that left the group may go on holding the log pipe."""
GRACE_S = 20.0
"""What the training gets to save itself when the worker is shut down."""
SHUTDOWN_DRAIN_S = 5.0
"""What shipping gets then; the rest is shipped when a worker starts again."""
DISK_WAIT_S = 5.0


def supervise(claim: Claim, slot: int, is_shutting_down: Callable[[], bool]) -> None:
    """Train the claimed run in a process of its own and bring all of its events to the server."""
    folder = AttemptFolder.create(claim)
    lock = folder.lock()
    if lock is None:
        raise RuntimeError(f"attempt {claim.attempt} of run {claim.run_id} is being trained already")
    folder.write_claim()
    pipe = LogPipe(folder.log_file)
    pid = fork(partial(_train, claim, folder, slot), output=pipe.writer, keep=frozenset({lock}))
    pipe.close_writer()
    log.info("run %d, attempt %d: training process %d", claim.run_id, claim.attempt, pid)
    try:
        with Link(claim, folder) as link:
            ended = _watch(pid, pipe, folder, link, is_shutting_down)
            log.info(
                "run %d, attempt %d: %s %s", claim.run_id, claim.attempt, ended.outcome, ended.reason or ""
            )
            link.end()
            gave_up_at = None
            while not link.wait(POLL_S):
                if is_shutting_down():
                    gave_up_at = gave_up_at or time.monotonic() + SHUTDOWN_DRAIN_S
                    if time.monotonic() > gave_up_at:
                        break
        if link.drained.is_set():
            folder.remove()
        elif link.refused.is_set():
            folder.set_aside()
    finally:
        kill_group(pid)
        pipe.close()
        os.close(lock)


def _train(claim: Claim, folder: AttemptFolder, slot: int) -> None:
    """Body of the training process."""
    environment.use_gpu_of(slot)
    from rftdeck_worker import train  # the warm parent has imported it already

    folder.write_outcome(train.run(claim, folder))


def _watch(
    pid: int, pipe: LogPipe, folder: AttemptFolder, link: Link, is_shutting_down: Callable[[], bool]
) -> AttemptEnded:
    """Read its log and pass requests on until the process has ended; then write its last event."""
    spool = SpoolWriter(folder.path)
    grace_ends_at = None
    while True:
        if lines := pipe.read(POLL_S):
            spool.append(LogWritten(lines=lines))
        reaped, status = os.waitpid(pid, os.WNOHANG)
        if reaped:
            break
        if is_shutting_down() and grace_ends_at is None:
            grace_ends_at = time.monotonic() + GRACE_S
        wish = Request.PAUSE if grace_ends_at is not None else link.requested
        must_end = link.requested is Request.CANCEL or link.lease_lost.is_set()
        if must_end or (grace_ends_at is not None and time.monotonic() > grace_ends_at):
            kill_group(pid)
        elif wish is not None and folder.read_request() is None:
            with contextlib.suppress(OSError):  # a full disk: asked again in the next round
                folder.write_request(wish)
    spool.close()
    kill_group(pid)  # what it had started itself
    last = SpoolWriter(folder.path)  # opened anew, because the process may have died in the middle of a line
    for lines in pipe.read_to_end(LAST_WORDS_S):
        last.append(LogWritten(lines=lines))
    ended = _ended(status, folder.read_outcome(), link, was_shut_down=grace_ends_at is not None)
    last.append(ended)
    last.close(DISK_WAIT_S)
    return ended


def _ended(status: int, told: AttemptEnded | None, link: Link, *, was_shut_down: bool) -> AttemptEnded:
    """What the process said of its end, or what can be said of it."""
    if was_shut_down and (told is None or told.outcome is Outcome.PAUSED):
        return AttemptEnded(outcome=Outcome.CRASHED, reason="the worker was shut down")
    if told is not None:
        return told
    if link.requested is Request.CANCEL:
        return AttemptEnded(outcome=Outcome.CANCELLED)
    if link.lease_lost.is_set():
        return AttemptEnded(outcome=Outcome.CRASHED, reason="the worker lost its lease on the run")
    code = os.waitstatus_to_exitcode(status)
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
    return AttemptEnded(outcome=Outcome.CRASHED, reason=f"the training process {how}")
