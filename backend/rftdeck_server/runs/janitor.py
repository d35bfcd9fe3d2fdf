"""What must happen though nobody asks: expired leases, and queued runs whose ring was lost."""

import logging
import time
from threading import Event as Flag

from rftdeck_server.core.bus import Bus
from rftdeck_server.core.database import Database, now
from rftdeck_server.core.settings import Settings
from rftdeck_server.runs import claims, queries

log = logging.getLogger(__name__)


def sweep(database: Database, bus: Bus, settings: Settings, *, server_started_at: float) -> None:
    """One round. Leases get a whole period after the start of this server: it may have been away longer than they."""
    if time.monotonic() - server_started_at > settings.lease_s:
        moment = now()
        with database.read() as session:
            expired = queries.with_expired_lease(session, moment)
        for run_id in expired:
            with database.write() as session:
                claims.expire(session, bus, run_id, moment)


def ring_waiting(database: Database, bus: Bus) -> None:
    with database.read() as session:
        queues = queries.queues_that_wait(session)
    for queue in queues:
        if queue:
            bus.ring(queue)


def keep_house(database: Database, bus: Bus, settings: Settings, stop: Flag) -> None:
    """Body of the janitor thread."""
    started_at = rung_at = time.monotonic()
    while not stop.wait(min(1.0, settings.lease_s / 5)):
        try:
            sweep(database, bus, settings, server_started_at=started_at)
            if time.monotonic() - rung_at >= settings.ring_every_s:
                rung_at = time.monotonic()
                ring_waiting(database, bus)
        except Exception:
            log.exception("the janitor stumbled; it tries again")
