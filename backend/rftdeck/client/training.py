"""What whoever trains writes: workers and external scripts alike."""

import gzip
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rftdeck.client.plumbing import Http, plain
from rftdeck.runs import (
    Claim,
    ClaimRequest,
    ExternalRunCreate,
    Heartbeat,
    HeartbeatRead,
    WorkerBeat,
)

if TYPE_CHECKING:
    pass


class TrainingCalls(Http):
    def claim(self, request: ClaimRequest) -> Claim | None:
        """Take the lease on the best queued run; None when nothing waits."""
        answer = self._request("POST", "/claims", json=plain(request))
        return Claim.model_validate_json(answer.content) if answer.status_code == 200 else None

    def open_external(self, run: ExternalRunCreate) -> Claim:
        """Create a run that the caller trains and logs itself."""
        return self._post(Claim, "/runs/external", plain(run))

    def heartbeat(self, run_id: int, attempt: int, token: str) -> HeartbeatRead:
        """Extend the lease and learn what a person asked for. Raises Fenced when the lease is lost."""
        return self._post(
            HeartbeatRead, f"/runs/{run_id}/heartbeat", plain(Heartbeat(attempt=attempt, token=token))
        )

    def worker_beat(self, beat: WorkerBeat) -> None:
        self._request("POST", "/workers", json=plain(beat))

    def ingest_raw(
        self, run_id: int, *, attempt: int, token: str, prev_seq: int, events: Iterable[bytes]
    ) -> int:
        """Send events that are already JSON (see SpooledEvent); returns the seq up to which all is committed.

        Raises Fenced, OutOfOrder, RefusedBatch or ServerUnavailable.
        """
        head = b'{"attempt":%d,"token":"%s","prev_seq":%d,"events":[' % (attempt, token.encode(), prev_seq)
        body = gzip.compress(head + b",".join(events) + b"]}", compresslevel=1)
        answer = self._json(
            "POST",
            f"/runs/{run_id}/events",
            content=body,
            headers={"Content-Type": "application/json", "Content-Encoding": "gzip"},
        )
        return int(answer["last_seq"])

    def put_media(self, sha256: str, data: bytes) -> None:
        """Store an image under its hash; storing it again does nothing."""
        self._request("PUT", f"/media/{sha256}", content=data)
