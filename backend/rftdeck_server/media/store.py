"""All SQL about images.

An image that only an import has stored is forgotten when no data set holds it any more: whatever else stores it claims
it for good.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta

from sqlalchemy import select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, undefer

from rftdeck_server.core.database import now
from rftdeck_server.core.errors import NotFound
from rftdeck_server.media.tables import MediaRow

KEEP_UNUSED = timedelta(days=1)
TOUCH_AFTER = timedelta(hours=12)

_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}


def mime_of(data: bytes) -> str | None:
    """By the first bytes; only types that a browser shows without running anything."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for start, mime in _SIGNATURES.items() if data.startswith(start)), None)


def is_kept(session: Session, sha256: str) -> bool:
    query = select(MediaRow.sha256).where(MediaRow.sha256 == sha256, MediaRow.imported.is_(False))
    return session.scalar(query) is not None


def known(session: Session, hashes: Collection[str]) -> set[str]:
    return set(session.scalars(select(MediaRow.sha256).where(MediaRow.sha256.in_(hashes))))


def get(session: Session, sha256: str) -> MediaRow:
    """With its bytes. Raises NotFound."""
    row = session.get(MediaRow, sha256, options=[undefer(MediaRow.data)])
    if row is None:
        raise NotFound(f"There is no image {sha256}.")
    return row


def keep(session: Session, sha256: str, mime: str, data: bytes) -> None:
    """Store an image for good."""
    query = _insert(session).on_conflict_do_update(
        index_elements=["sha256"], set_={"imported": False}, where=MediaRow.imported.is_(true())
    )
    session.execute(query, [_values(sha256, mime, data, imported=False)])


def add_imported(session: Session, images: Mapping[str, tuple[str, bytes]]) -> None:
    """Store images (hash → type, bytes) that a data set is about to name."""
    if not images:
        return
    query = _insert(session).on_conflict_do_update(
        index_elements=["sha256"],
        set_={"created_at": now()},
        where=MediaRow.created_at < now() - TOUCH_AFTER,
    )
    session.execute(query, [_values(sha, mime, data, imported=True) for sha, (mime, data) in images.items()])


def _insert(session: Session) -> sqlite.Insert | postgresql.Insert:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert(MediaRow) if is_sqlite else postgresql.insert(MediaRow)


def _values(sha256: str, mime: str, data: bytes, *, imported: bool) -> dict[str, object]:
    return {"sha256": sha256, "mime": mime, "data": data, "imported": imported, "created_at": now()}
