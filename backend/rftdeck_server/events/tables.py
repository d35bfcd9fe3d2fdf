from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rftdeck_server.core.database import Base, UtcDateTime


class EventRow(Base):
    """What happened, in commit order. Rows of `metrics.logged` are also the tail of the metric store."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("run_id", "attempt", "seq"),
        Index(None, "run_id", "type", "id"),
        # AUTOINCREMENT: an id is never used twice, so a cursor never goes back in time.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    attempt: Mapped[int | None]
    """None for events of the server."""
    seq: Mapped[int | None] = mapped_column(BigInteger)
    time: Mapped[datetime] = mapped_column(UtcDateTime)
    type: Mapped[str]
    payload: Mapped[str] = mapped_column(Text)
    """The event as JSON on one line."""
