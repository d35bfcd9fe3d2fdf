"""Ships a spool to the server: batches, gzip, retries for ever, exactly once.

The server commits a batch before it answers and knows the last seq of every attempt, so whatever happens between
the two, sending again from the last acknowledged seq is right.
"""

import contextlib
import logging
import os
import time
from pathlib import Path

from rftdeck.client import Client
from rftdeck.errors import OutOfOrder, RefusedBatch, ServerUnavailable
from rftdeck.spool import SpooledLine, SpoolReader

log = logging.getLogger(__name__)

MAX_BATCH_EVENTS = 500
MAX_BATCH_BYTES = 4 * 2**20


class Shipper:
    """Sends the events of one attempt. Not thread-safe: one shipper per spool (see Spooled lock)."""

    def __init__(self, folder: Path, client: Client, run_id: int, attempt: int, token: str) -> None:
        self.reader = SpoolReader(folder)
        self.client, self.run_id, self.attempt, self.token = client, run_id, attempt, token
        self.refused = folder / "refused.jsonl"
        self._ack = folder / "acked"
        self.acked = self._read_ack()
        self._offset = self.acked

    def _read_ack(self) -> int:
        with contextlib.suppress(FileNotFoundError, ValueError):
            return int(self._ack.read_text())
        return 0

    def _write_ack(self, seq: int) -> None:
        self.acked = self._offset = seq
        with contextlib.suppress(OSError):  # a lost acknowledgement only means that a batch is sent twice
            partial = self._ack.with_suffix(".new")
            partial.write_text(str(seq))
            partial.replace(self._ack)

    def ship(self) -> bool:
        """Send one batch. Returns whether there was anything to send.

        Raises ServerUnavailable when it should be tried again later, and Fenced when another attempt has taken over.
        """
        self.reader.sync()
        batch: list[SpooledLine] = []
        for line in self.reader.lines(self._offset, MAX_BATCH_BYTES):
            batch.append(line)
            if len(batch) == MAX_BATCH_EVENTS:
                break
        if not batch:
            return False
        self._upload_media(batch)
        try:
            self._send(batch)
        except OutOfOrder as gap:
            log.warning("the server has seq %d, we sent from %d: going back", gap.last_seq, self.acked)
            self._write_ack(gap.last_seq)
        except RefusedBatch:
            self._send_singly(batch)
        return True

    def _send(self, batch: list[SpooledLine]) -> None:
        self._write_ack(
            self.client.ingest_raw(
                self.run_id,
                attempt=self.attempt,
                token=self.token,
                prev_seq=self.acked,
                events=[b'{"seq":%d,%s' % (line.seq, line.raw[1:]) for line in batch],
            )
        )

    def _send_singly(self, batch: list[SpooledLine]) -> None:
        """Find the events that the server will never take; they are kept aside, and the rest goes through."""
        for line in batch:
            try:
                self._send([line])
            except RefusedBatch as refusal:
                log.error("event %d of run %d was refused: %s", line.seq, self.run_id, refusal)
                with contextlib.suppress(OSError), self.refused.open("ab") as file:
                    file.write(line.raw + b"\n")
                self._offset = line.seq

    def _upload_media(self, batch: list[SpooledLine]) -> None:
        """Images go before the event that names them."""
        wanted = {
            digest
            for line in batch
            if line.event.get("type") == "rollouts.captured"
            for group in line.event.get("groups", [])
            for digest in group.get("images", [])
        }
        for digest in wanted:
            path = self.reader.media / os.path.basename(digest)
            with contextlib.suppress(FileNotFoundError):
                try:
                    self.client.put_media(digest, path.read_bytes())
                except RefusedBatch as refusal:
                    log.error("image %s was refused: %s", digest, refusal)
                path.unlink()

    def drain(self, timeout_s: float) -> bool:
        """Send until nothing is left; False when time ran out first. Raises Fenced."""
        deadline = time.monotonic() + timeout_s
        pause_s = 0.1
        while time.monotonic() < deadline:
            try:
                if not self.ship():
                    return True
                pause_s = 0.1
            except ServerUnavailable as error:
                log.warning("cannot ship: %s; trying again in %.1f s", error, pause_s)
                time.sleep(pause_s)
                pause_s = min(2 * pause_s, 5.0)
        return False
