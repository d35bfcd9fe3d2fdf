"""What the process of a job says of itself, and how it learns that the job is no longer its own."""

import logging
import os
import threading
import time

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from rftdeck_server.core.database import Database
from rftdeck_server.jobs import store

log = logging.getLogger(__name__)

EVERY_S = 0.5
BEAT_S = 2.0
"""Of a job that has nothing new to say."""
EXIT_LOST = 3


class JobFailed(Exception):
    """Ends a job with a message for a person."""


class JobLost(Exception):
    """The job was cancelled, or another server has taken it up: nothing more may be written."""


class Report:
    """Call it with how far the work is, as often as is handy: it is written twice a second at most.

    Once started, the process ends on the spot when the job is cancelled or taken over.
    """

    def __init__(self, database: Database, job_id: int, attempt: int) -> None:
        self._database, self._job_id, self._attempt = database, job_id, attempt
        self._said: tuple[float | None, str | None] = (None, None)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="beat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def __call__(self, fraction: float | None, message: str | None) -> None:
        self._said = (fraction, message)

    def guard(self, session: Session) -> None:
        """Raises JobLost unless what this transaction writes is the work of the job's owner."""
        if not store.is_ours(session, self._job_id, self._attempt):
            raise JobLost

    def finish(self, error: str | None) -> None:
        self._stop.set()
        self._thread.join()
        with self._database.write() as session:
            store.finish(session, self._job_id, self._attempt, self._said[1], error)

    def _beat(self) -> None:
        written, written_at = self._said, time.monotonic()
        while not self._stop.wait(EVERY_S):
            said = self._said
            if said == written and time.monotonic() - written_at < BEAT_S:
                continue
            try:
                with self._database.write() as session:
                    still_ours = store.beat(session, self._job_id, self._attempt, *said)
            except SQLAlchemyError as error:  # the lease says how long this may go on
                log.warning("job %d could not beat: %s", self._job_id, error)
                continue
            written, written_at = said, time.monotonic()
            if not still_ours:
                log.info("job %d is no longer ours", self._job_id)
                os._exit(EXIT_LOST)
