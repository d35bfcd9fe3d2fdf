from datetime import datetime
from typing import Any

from rftdeck.states import RunState
from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rftdeck_server.core.database import Base, UtcDateTime


class RunRow(Base):
    __tablename__ = "runs"
    __table_args__ = (Index(None, "state", "queue", "priority"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    experiment: Mapped[str] = mapped_column(index=True)
    tags: Mapped[list[str]] = mapped_column(JSON)
    notes: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(String(20))
    spec: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    config: Mapped[dict[str, Any]] = mapped_column(JSON)
    preflight: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """PreflightOptions of a run of kind `preflight`."""

    state: Mapped[str] = mapped_column(String(20), default=RunState.QUEUED)
    state_reason: Mapped[str | None]
    requested: Mapped[str | None] = mapped_column(String(20))
    phase: Mapped[str | None]
    phase_fraction: Mapped[float | None]

    queue: Mapped[str] = mapped_column(String(63), default="default")
    priority: Mapped[int] = mapped_column(default=0)
    max_restarts: Mapped[int] = mapped_column(default=0)
    restarts: Mapped[int] = mapped_column(default=0)

    attempt: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None]
    """Fencing token of the newest attempt."""
    worker: Mapped[str | None]
    lease_s: Mapped[float | None]
    lease_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    step: Mapped[int] = mapped_column(BigInteger, default=0)
    max_steps: Mapped[int | None] = mapped_column(BigInteger)
    latest: Mapped[dict[str, float | None]] = mapped_column(JSON, default=dict)
    """Newest values of the headline metrics, so that listing runs reads one table."""
    sparkline: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """See metrics/headline.py."""
    tail_points: Mapped[int] = mapped_column(default=0)
    """Steps in `metrics.logged` events that are not compacted yet."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AttemptRow(Base):
    __tablename__ = "attempts"
    __table_args__ = (UniqueConstraint("run_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    number: Mapped[int]
    worker: Mapped[str]
    hostname: Mapped[str | None]
    device: Mapped[str | None]
    versions: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    resume_step: Mapped[int] = mapped_column(BigInteger, default=0)
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    """Everything up to here is committed."""
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None]
    traceback: Mapped[str | None]


class IdempotencyRow(Base):
    """A launch that was already carried out under a client's key."""

    __tablename__ = "idempotency_keys"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    body_sha256: Mapped[str] = mapped_column(String(64))
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
