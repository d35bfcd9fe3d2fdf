"""What the worker's main process does beside Celery: say that it lives, and ring for spools without a supervisor."""

import logging
import threading

from celery import Celery
from kombu.exceptions import OperationalError
from rftdeck.client import Client
from rftdeck.errors import RftdeckError, ServerUnavailable
from rftdeck.runs import WorkerBeat

from rftdeck_worker import leftovers
from rftdeck_worker.app import Worker, ring

log = logging.getLogger(__name__)

EVERY_S = 5.0


def start_beating(app: Celery, worker: Worker, beat: WorkerBeat) -> threading.Thread:
    """Begin in a thread that ends with the process."""
    thread = threading.Thread(target=_beat, args=(app, worker, beat), name="beat", daemon=True)
    thread.start()
    return thread


def _beat(app: Celery, worker: Worker, beat: WorkerBeat) -> None:
    pause = threading.Event()
    with Client(timeout_s=EVERY_S) as client:
        while True:
            try:
                client.worker_beat(beat)
            except (ServerUnavailable, RftdeckError) as error:
                log.warning("the server does not answer: %s", error)
            try:
                if leftovers.are_there():
                    ring(app, worker.queues[0])
            except (OperationalError, OSError) as error:
                log.warning("cannot ring: %s", error)
            pause.wait(EVERY_S)
