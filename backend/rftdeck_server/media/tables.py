from datetime import datetime

from sqlalchemy import LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from rftdeck_server.core.database import Base, UtcDateTime


class MediaRow(Base):
    """An image, stored once by its content."""

    __tablename__ = "media"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    mime: Mapped[str] = mapped_column(String(40))
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    imported: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Only data sets have it; it goes with the last of them."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
