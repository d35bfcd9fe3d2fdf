"""Spools whose supervisor died: their events are shipped before anything new is claimed."""

import logging
import os

from rftdeck.client import Client
from rftdeck.errors import RftdeckError
from rftdeck.events import AttemptEnded
from rftdeck.shipper import Shipper
from rftdeck.spool import SpoolWriter
from rftdeck.states import Outcome

from rftdeck_worker.attempt import AttemptFolder, spool_folders
from rftdeck_worker.link import is_final

log = logging.getLogger(__name__)


def ship_leftovers(client: Client) -> None:
    """Ship every spool that no living process holds. Raises ServerUnavailable or RftdeckError to try again later."""
    for folder in spool_folders():
        lock = folder.lock()
        if lock is None:
            continue
        try:
            log.info("run %d, attempt %d: shipping what was left", folder.run_id, folder.attempt)
            _ship(folder, client)
        finally:
            os.close(lock)


def are_there() -> bool:
    for folder in spool_folders():
        lock = folder.lock()
        if lock is not None:
            os.close(lock)
            return True
    return False


def _ship(folder: AttemptFolder, client: Client) -> None:
    if not folder.has_ended():
        _write_end(folder)
    shipper = Shipper(folder.path, client, folder.run_id, folder.attempt, folder.token)
    try:
        while shipper.ship():
            pass
    except RftdeckError as error:
        if not is_final(error):
            raise
        log.warning("run %d, attempt %d: refused: %s", folder.run_id, folder.attempt, error)
        folder.set_aside()
        return
    folder.remove()


def _write_end(folder: AttemptFolder) -> None:
    """What the supervisor would have written, so that the run moves on before its lease expires."""
    died = AttemptEnded(outcome=Outcome.CRASHED, reason="the worker died")
    spool = SpoolWriter(folder.path)
    spool.append(folder.read_outcome() or died)
    spool.close()
