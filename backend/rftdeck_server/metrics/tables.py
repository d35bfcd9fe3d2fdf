from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rftdeck_server.core.database import Base


class MetricRow(Base):
    """One curve of a run, with its first and newest point."""

    __tablename__ = "metrics"
    __table_args__ = (UniqueConstraint("run_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    key: Mapped[str]
    step: Mapped[int] = mapped_column(BigInteger)
    value: Mapped[float | None]
    first_step: Mapped[int] = mapped_column(BigInteger)
    first_value: Mapped[float | None]
    n_points: Mapped[int] = mapped_column(BigInteger)


class ChunkRow(Base):
    """Up to CHUNK_POINTS points of one curve and attempt, ascending by step, with their summary."""

    __tablename__ = "metric_chunks"
    __table_args__ = (Index(None, "metric_id", "attempt", "first_step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    metric_id: Mapped[int] = mapped_column(ForeignKey("metrics.id", ondelete="CASCADE"))
    attempt: Mapped[int]
    first_step: Mapped[int] = mapped_column(BigInteger)
    last_step: Mapped[int] = mapped_column(BigInteger)
    last_time: Mapped[float]
    n_points: Mapped[int]
    n_finite: Mapped[int]
    total: Mapped[float]
    """Sum of the finite values."""
    min: Mapped[float | None]
    max: Mapped[float | None]
    points: Mapped[bytes] = mapped_column(LargeBinary)
    """Three little-endian columns: steps int64, times float64, values float64 (NaN where there is none)."""
