from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from rftdeck_server.core.database import Base, UtcDateTime


class WorkerRow(Base):
    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    hostname: Mapped[str]
    queues: Mapped[list[str]] = mapped_column(JSON)
    slots: Mapped[int]
    device: Mapped[str]
    versions: Mapped[dict[str, str]] = mapped_column(JSON)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
