"""A data set holds versions, a version holds splits, a split is a row of chunks."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rftdeck_server.core.database import Base, UtcDateTime

CHUNK_ROWS = 256


class DatasetEntry(Base):
    __tablename__ = "datasets"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    description: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class VersionRow(Base):
    __tablename__ = "dataset_versions"
    __table_args__ = (UniqueConstraint("dataset_id", "number"), UniqueConstraint("dataset_id", "sha256"))

    id: Mapped[int] = mapped_column(primary_key=True)
    dataset_id: Mapped[int] = mapped_column(ForeignKey("datasets.id"))
    dataset: Mapped[DatasetEntry] = relationship(lazy="joined", innerjoin=True)
    number: Mapped[int | None]
    """None once the import turned out to be the same rows as another version."""
    same_as: Mapped[int | None] = mapped_column(
        ForeignKey("dataset_versions.id", ondelete="CASCADE"), index=True
    )
    """The version that has these rows; this one is then only another id for it."""
    state: Mapped[str] = mapped_column(String(20), index=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id"))
    sha256: Mapped[str | None] = mapped_column(String(64))
    rows: Mapped[int] = mapped_column(BigInteger, default=0)
    size_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    splits: Mapped[list[Any]] = mapped_column(JSON)
    findings: Mapped[list[Any]] = mapped_column(JSON)
    problems: Mapped[list[Any]] = mapped_column(JSON)
    n_problems: Mapped[int] = mapped_column(BigInteger, default=0)
    source: Mapped[dict[str, Any]] = mapped_column(JSON)
    mapping: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    split_options: Mapped[dict[str, Any]] = mapped_column(JSON)
    recipe: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ChunkRow(Base):
    """256 rows of a split (the last chunk has fewer): DatasetRow as JSON Lines, compressed by zlib."""

    __tablename__ = "dataset_chunks"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("dataset_versions.id", ondelete="CASCADE"), primary_key=True
    )
    split: Mapped[str] = mapped_column(String(200), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
    blob: Mapped[bytes] = mapped_column(LargeBinary)


class ImageRow(Base):
    """Which images a version holds."""

    __tablename__ = "dataset_images"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("dataset_versions.id", ondelete="CASCADE"), primary_key=True
    )
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
