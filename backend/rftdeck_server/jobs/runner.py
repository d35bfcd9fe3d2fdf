"""Takes up jobs and runs each in a process of its own, which can be ended at any moment."""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rftdeck_server.core.database import Database
from rftdeck_server.core.settings import Settings
from rftdeck_server.jobs import store

log = logging.getLogger(__name__)

AT_ONCE = 2
LOOK_EVERY_S = 1.0
SWEEP_EVERY_S = 600.0

Clean = Callable[[Database, int, str], None]
"""(database, subject, `failed` or `cancelled`): throw away what a job left half done."""


@dataclass
class _Child:
    process: "subprocess.Popen[bytes]"
    attempt: int


class Runner:
    """A thread of the server.

    `clean` says for each kind of job what to do when it ended badly; `sweep` is called every ten minutes.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        clean: Mapping[str, Clean],
        sweep: Callable[[Database], None],
    ) -> None:
        self._settings, self._database, self._clean, self._sweep = settings, database, clean, sweep
        self._server = uuid.uuid4().hex
        self._children: dict[int, _Child] = {}
        self._stopping = False
        self._swept_at = 0.0
        # The children die with the thread that started them: this one lives as long as the server.
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends the children; their jobs wait for the next server."""
        self._stopping = True
        store.BELL.set()
        self._thread.join(timeout=10)

    def _work(self) -> None:
        while not self._stopping:
            try:
                self._look()
            except Exception:
                log.exception("the job runner stumbled; it tries again")
            self._wait()
        try:
            self._end_all()
        except Exception:
            log.exception("jobs could not be given back; they are taken up again once their lease is over")

    def _wait(self) -> None:
        """Until it is time to look again, the bell rings, or a child has ended."""
        deadline = time.monotonic() + LOOK_EVERY_S
        while not store.BELL.wait(0.1) and time.monotonic() < deadline:
            if any(child.process.poll() is not None for child in self._children.values()):
                return
        store.BELL.clear()

    def _look(self) -> None:
        self._settle()
        with self._database.read() as session:
            lost = store.lost(session, {job_id: child.attempt for job_id, child in self._children.items()})
            waiting = store.waiting(session, self._settings.lease_s)
            unclean = store.unclean(session)
        for job_id in lost:
            _kill(self._children.pop(job_id).process)
        for job in waiting:
            if len(self._children) < AT_ONCE and job.id not in self._children:
                with self._database.write() as session:
                    attempt = store.claim(session, job, self._server)
                if attempt is not None:
                    self._children[job.id] = _Child(self._start(job.id, attempt), attempt)
        for job in unclean:
            if job.kind in self._clean:
                self._clean[job.kind](self._database, job.subject_id, job.state)
            with self._database.write() as session:
                store.mark_clean(session, job.id)
        if not self._swept_at or time.monotonic() - self._swept_at > SWEEP_EVERY_S:
            self._swept_at = time.monotonic()
            self._sweep(self._database)

    def _settle(self) -> None:
        for job_id, child in list(self._children.items()):
            if child.process.poll() is None:
                continue
            del self._children[job_id]
            with self._database.write() as session:  # nothing to do when it said itself how it ended
                store.give_back(session, job_id, child.attempt, counts=True)

    def _start(self, job_id: int, attempt: int) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "rftdeck_server.job_process", str(job_id), str(attempt)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "RFTDECK_DATABASE_URL": self._settings.database_url},
            start_new_session=True,
        )

    def _end_all(self) -> None:
        for job_id, child in self._children.items():
            _kill(child.process)
            with self._database.write() as session:
                store.give_back(session, job_id, child.attempt, counts=False)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
