"""The Celery app: a doorbell. A message says that something may be waiting; what it is, the server knows."""

import logging
import os
import select
import socket
from dataclasses import dataclass
from typing import Any

from billiard import current_process  # type: ignore[import-untyped]
from celery import Celery
from rftdeck.client import Client
from rftdeck.errors import RftdeckError, ServerUnavailable
from rftdeck.runs import ClaimRequest

from rftdeck_worker.leftovers import ship_leftovers
from rftdeck_worker.supervisor import supervise

log = logging.getLogger(__name__)

RING = "rftdeck.ring"
RING_EXPIRES_S = 10
DEFAULT_REDIS_URL = "redis://127.0.0.1:6379/0"


@dataclass(frozen=True)
class Worker:
    """What a worker was started with."""

    name: str
    queues: tuple[str, ...]
    slots: int
    shutdown_pipe: tuple[int, int]
    """(read, write): readable once the worker is to end. Every child inherits it."""

    @classmethod
    def create(cls, name: str | None, queues: tuple[str, ...], slots: int) -> "Worker":
        return cls(name or socket.gethostname(), queues, slots, os.pipe())

    def shut_down(self) -> None:
        os.write(self.shutdown_pipe[1], b"x")

    def is_shutting_down(self) -> bool:
        return bool(select.select([self.shutdown_pipe[0]], [], [], 0)[0])


def create_app(worker: Worker) -> Celery:
    """Early acknowledgement and no prefetching: a message is gone as soon as it was heard, and only idle slots hear."""
    app = Celery("rftdeck", broker=os.environ.get("RFTDECK_REDIS_URL", DEFAULT_REDIS_URL))
    app.conf.update(
        task_acks_late=False,
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        worker_disable_prefetch=True,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        worker_cancel_long_running_tasks_on_connection_loss=False,
    )

    def answer() -> None:
        answer_ring(worker)

    app.task(name=RING)(answer)
    return app


def ring(app: Celery, queue: str) -> None:
    app.send_task(RING, queue=f"rftdeck.{queue}", expires=RING_EXPIRES_S, ignore_result=True)


def answer_ring(worker: Worker) -> None:
    """Ship what was left, then claim and train until nothing waits."""
    request = ClaimRequest(worker=worker.name, hostname=socket.gethostname(), queues=list(worker.queues))
    with Client() as client:
        try:
            ship_leftovers(client)
            while not worker.is_shutting_down() and (claim := client.claim(request)) is not None:
                supervise(claim, slot(), worker.is_shutting_down)
        except (ServerUnavailable, RftdeckError) as error:
            log.warning("cannot answer the ring: %s", error)


def slot() -> int:
    """Number of this child among the children of the worker, from 0 on."""
    process: Any = current_process()
    return int(process.index)
