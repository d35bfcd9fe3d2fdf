from datetime import datetime

from sqlalchemy import Double, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from rftdeck_server.core.database import Base, UtcDateTime


class JobRow(Base):
    """Long work of the server. `server` and `tries` together are the claim on it."""

    __tablename__ = "jobs"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    """Of what it works on, e.g. a version of a data set."""
    state: Mapped[str] = mapped_column(String(20), default="queued")
    fraction: Mapped[float | None] = mapped_column(Double)
    message: Mapped[str | None]
    error: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    server: Mapped[str | None] = mapped_column(String(64))
    """The server process that runs it."""
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its process was last heard of."""
    cleaned: Mapped[bool] = mapped_column(default=False, server_default=false())
    """What it left half done was thrown away, or it left nothing."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
