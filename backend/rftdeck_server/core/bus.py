"""Redis carries two kinds of short messages, and either may be lost: SQL has the truth.

`rftdeck:events`: new rows stand in the event table. `rftdeck.ring`: a run waits in a queue.
"""

import logging

import redis
from celery import Celery
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

CHANNEL = "rftdeck:events"
RING = "rftdeck.ring"
RING_EXPIRES_S = 10
"""A ring that nobody heard for so long is stale: the server rings again."""
CONNECT_TIMEOUT_S = 1.0


class Bus:
    def __init__(self, redis_url: str) -> None:
        self._redis = redis.Redis.from_url(
            redis_url, socket_timeout=CONNECT_TIMEOUT_S, socket_connect_timeout=CONNECT_TIMEOUT_S
        )
        self._celery = Celery("rftdeck", broker=redis_url, set_as_current=False)
        self._celery.conf.update(
            broker_transport_options={
                "socket_timeout": CONNECT_TIMEOUT_S,
                "socket_connect_timeout": CONNECT_TIMEOUT_S,
                "max_retries": 1,
            },
            broker_connection_retry_on_startup=False,
            task_ignore_result=True,
        )

    def announce(self) -> None:
        """Tell every server process that new events stand in SQL."""
        try:
            self._redis.publish(CHANNEL, b"")
        except redis.RedisError as error:
            log.warning("could not announce new events: %s", error)

    def ring(self, queue: str) -> None:
        """Wake the workers of a queue."""
        try:
            self._celery.send_task(
                RING, queue=f"rftdeck.{queue}", expires=RING_EXPIRES_S, retry=False, ignore_result=True
            )
        except (OperationalError, redis.RedisError, OSError) as error:
            log.warning("could not ring queue %s: %s", queue, error)

    def is_alive(self) -> bool:
        try:
            return bool(self._redis.ping())
        except redis.RedisError:
            return False

    def close(self) -> None:
        self._celery.close()
        self._redis.close()
