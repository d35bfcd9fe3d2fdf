"""Forks the training process: out of a parent that has imported everything, into a session of its own."""

import faulthandler
import logging
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from rftdeck.processes import die_with_parent

FIRST_FD = 3
WATCH_PARENT_S = 0.5
INHERITED_SIGNALS = (
    signal.SIGINT,
    signal.SIGTERM,
    signal.SIGQUIT,
    signal.SIGHUP,
    signal.SIGUSR1,
    signal.SIGCHLD,
)
"""That Celery handles or ignores."""


def fork(work: Callable[[], None], *, output: int, keep: frozenset[int]) -> int:
    """Run `work` in a forked process and return its pid, which is also its process group.

    Its stdout and stderr go to the descriptor `output`; of all other descriptors only `keep` stay what they are.
    Call it from the main thread: on Linux a process dies with the thread that forked it.
    """
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        _settle(parent, output, keep)
        work()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)  # without the exit handlers of the parent


def kill_group(pid: int) -> None:
    """End a forked process and everything it started."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _settle(parent: int, output: int, keep: frozenset[int]) -> None:
    """Leave the parent's session, signals, descriptors and log handlers behind."""
    os.setsid()
    die_with_parent()
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    for number in INHERITED_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    os.dup2(output, 1)
    os.dup2(output, 2)
    _silence_descriptors(keep)
    # New objects: the old ones may not be reconfigured when the parent wrote to a file.
    sys.stdout, sys.stderr = _line_writer(1), _line_writer(2)
    faulthandler.enable(sys.stderr)
    logging.basicConfig(
        level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr, force=True
    )


def _line_writer(fd: int) -> TextIO:
    return open(fd, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)


def _silence_descriptors(keep: frozenset[int]) -> None:
    """Point the inherited sockets and pipes of Celery to /dev/null: closed, their numbers would be used again."""
    folder = Path("/proc/self/fd" if sys.platform == "linux" else "/dev/fd")
    null = os.open(os.devnull, os.O_RDWR)
    for name in os.listdir(folder):
        number = int(name)
        if number >= FIRST_FD and number not in keep | {null}:
            try:
                os.fstat(number)
            except OSError:
                continue  # the descriptor that listed the folder
            os.dup2(null, number, inheritable=False)


def _follow(parent: int) -> None:
    """Where the kernel does not do it: die with the parent, and take the group along."""
    while os.getppid() == parent:
        time.sleep(WATCH_PARENT_S)
    os.killpg(0, signal.SIGKILL)
