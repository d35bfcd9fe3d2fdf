"""Jobs: long work that the server does beside answering requests (imports, re-scoring)."""

from datetime import datetime
from typing import Literal

from rftdeck.base import Wire

JobState = Literal["queued", "running", "completed", "failed", "cancelled"]


class JobRead(Wire):
    id: int
    state: JobState
    fraction: float | None
    """0 to 1; None while the size of the work is unknown."""
    message: str | None
    """What it is doing, e.g. `120,000 rows`."""
    error: str | None
    """Why it failed, with the field and the fix where there is one."""
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
