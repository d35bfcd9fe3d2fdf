"""The two threads that tie an attempt to the server: one ships its events, one keeps its lease."""

import logging
import threading
from types import TracebackType
from typing import Self

from rftdeck.client import Client
from rftdeck.errors import Fenced, RftdeckError, ServerUnavailable
from rftdeck.runs import Claim
from rftdeck.shipper import Shipper
from rftdeck.states import Request

from rftdeck_worker.attempt import AttemptFolder

log = logging.getLogger(__name__)

POLL_S = 0.05
"""Pause of the shipper when nothing is new: part of the way from a step's end to an open page."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 5.0
HEARTBEAT_S = 2.0
"""At most between two heartbeats: what people ask for comes with the answers."""
HEARTBEAT_TIMEOUT_S = 10.0
GONE = frozenset({404, 410})
"""The run was deleted."""


def is_final(error: RftdeckError) -> bool:
    """Whether the server will never take events of this attempt again."""
    return isinstance(error, Fenced) or error.problem.status in GONE


class Link:
    """Ships and beats until everything has arrived, or until it is left. The training never waits for it."""

    def __init__(self, claim: Claim, folder: AttemptFolder) -> None:
        self._claim, self._folder = claim, folder
        self._ended = threading.Event()
        self._over = threading.Event()
        self.requested: Request | None = None
        """What a person asked for."""
        self.lease_lost = threading.Event()
        """Another attempt may have taken over: the training must end."""
        self.refused = threading.Event()
        """The server takes no event of this attempt any more."""
        self.drained = threading.Event()
        """All events are committed, the last one included."""
        self._threads = [
            threading.Thread(target=self._ship, name="ship", daemon=True),
            threading.Thread(target=self._beat, name="beat", daemon=True),
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(HEARTBEAT_TIMEOUT_S)

    def end(self) -> None:
        """Call when the last event is written."""
        self._ended.set()

    def wait(self, timeout_s: float) -> bool:
        """Whether shipping is over, after waiting at most timeout_s for it."""
        return self._over.wait(timeout_s)

    def _ship(self) -> None:
        claim, events = self._claim, self._folder.path / "events.jsonl"
        pause_s, shipped_size = FIRST_PAUSE_S, -1
        with Client() as client:
            shipper = Shipper(self._folder.path, client, claim.run_id, claim.attempt, claim.token)
            while not self._over.is_set():
                is_last_look = self._ended.is_set()  # asked before looking: nothing is written once it is set
                size = events.stat().st_size if events.exists() else 0
                if size == shipped_size and not is_last_look:
                    self._ended.wait(POLL_S)
                    continue
                try:
                    if not shipper.ship():
                        shipped_size = size
                        if is_last_look:
                            self.drained.set()
                            self._over.set()
                    pause_s = FIRST_PAUSE_S
                except (ServerUnavailable, RftdeckError) as error:
                    if isinstance(error, RftdeckError) and is_final(error):
                        log.warning("events of run %d are refused: %s", claim.run_id, error)
                        self.refused.set()
                        self.lease_lost.set()
                        self._over.set()
                        return
                    log.warning("cannot ship: %s; trying again in %.1f s", error, pause_s)
                    self._over.wait(pause_s)
                    pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
                except Exception:  # a thread that ends here would end the shipping without a word
                    log.exception("shipping stumbled; trying again in %.1f s", LONGEST_PAUSE_S)
                    self._over.wait(LONGEST_PAUSE_S)

    def _beat(self) -> None:
        claim = self._claim
        every_s = min(HEARTBEAT_S, claim.lease_s / 4)
        with Client(timeout_s=HEARTBEAT_TIMEOUT_S) as client:
            while not self._over.wait(every_s):
                try:
                    self.requested = client.heartbeat(claim.run_id, claim.attempt, claim.token).requested
                except (ServerUnavailable, RftdeckError) as error:
                    log.warning("no heartbeat for run %d: %s", claim.run_id, error)
                    if isinstance(error, RftdeckError) and is_final(error):
                        self.lease_lost.set()
                        return
                except Exception:
                    log.exception("the heartbeat of run %d stumbled", claim.run_id)
