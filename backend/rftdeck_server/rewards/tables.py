from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rftdeck_server.core.database import Base, UtcDateTime


class CustomRewardRow(Base):
    """A version of a custom reward. Versions are never changed and never deleted: runs name them."""

    __tablename__ = "custom_rewards"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(20))
    scope: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(Text)
    doc: Mapped[str] = mapped_column(Text)
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Param → JSON schema with its default."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RewardCaseRow(Base):
    """A completion whose right score is known."""

    __tablename__ = "reward_cases"
    __table_args__ = (Index(None, "reward", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reward: Mapped[str] = mapped_column(String(200))
    """Name without a version."""
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    sample: Mapped[dict[str, Any]] = mapped_column(JSON)
    expected: Mapped[float | None]
    tolerance: Mapped[float]
    note: Mapped[str] = mapped_column(Text)
    rollout_id: Mapped[int | None] = mapped_column(ForeignKey("rollouts.id", ondelete="SET NULL"), index=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
