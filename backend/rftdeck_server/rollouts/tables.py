from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from rftdeck_server.core.database import Base, UtcDateTime


class GroupRow(Base):
    __tablename__ = "groups"
    __table_args__ = (Index(None, "run_id", "mode", "step", "index"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    attempt: Mapped[int]
    step: Mapped[int] = mapped_column(BigInteger)
    index: Mapped[int]
    mode: Mapped[str] = mapped_column(String(10))
    row: Mapped[str | None]
    prompt: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    images: Mapped[list[str]] = mapped_column(JSON)
    answer: Mapped[str | None] = mapped_column(Text)
    columns: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The other columns of the dataset row that rewards may read."""
    n_rollouts: Mapped[int]
    reward_mean: Mapped[float | None]
    reward_std: Mapped[float | None]
    length_mean: Mapped[float]
    n_truncated: Mapped[int]
    time: Mapped[datetime] = mapped_column(UtcDateTime)


class RolloutRow(Base):
    __tablename__ = "rollouts"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    index: Mapped[int]
    completion: Mapped[str] = mapped_column(Text)
    length: Mapped[int]
    truncated: Mapped[bool]
    scores: Mapped[dict[str, float | None]] = mapped_column(JSON)
    notes: Mapped[dict[str, str]] = mapped_column(JSON)
    reward: Mapped[float | None]
    advantage: Mapped[float | None]
    tokens: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """See token_blob.py."""
