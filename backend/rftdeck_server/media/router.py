"""Images of rollouts, stored once by content."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from rftdeck.runs import FieldProblem
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import undefer
from starlette.concurrency import run_in_threadpool

from rftdeck_server.core.database import Database, DatabaseDep, now
from rftdeck_server.core.errors import Invalid, NotFound
from rftdeck_server.media.tables import MediaRow

router = APIRouter(tags=["media"])

Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]

_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}


def _mime(data: bytes) -> str | None:
    """By the first bytes; only types that a browser shows without running anything."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for start, mime in _SIGNATURES.items() if data.startswith(start)), None)


@router.put("/media/{sha256}", operation_id="storeMedia", status_code=204)
async def store(sha256: Sha256, request: Request, database: DatabaseDep) -> Response:
    """Store an image (PNG, JPEG, GIF or WebP) under its hash; storing it again does nothing."""
    data = await request.body()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Invalid(
            "The body does not have this SHA-256.", [FieldProblem(path="sha256", reason="another hash")]
        )
    mime = _mime(data)
    if mime is None:
        raise Invalid("The body is not a PNG, JPEG, GIF or WebP image.")
    await run_in_threadpool(_insert, database, sha256, mime, data)
    return Response(status_code=204)


def _insert(database: Database, sha256: str, mime: str, data: bytes) -> None:
    with database.read() as session:
        if session.scalar(select(MediaRow.sha256).where(MediaRow.sha256 == sha256)):
            return
    with database.write() as session:
        query = sqlite.insert(MediaRow) if database.is_sqlite else postgresql.insert(MediaRow)
        session.execute(
            query.on_conflict_do_nothing(),
            [{"sha256": sha256, "mime": mime, "data": data, "created_at": now()}],
        )


@router.get("/media/{sha256}", operation_id="readMedia", response_class=Response)
def read(sha256: Sha256, database: DatabaseDep) -> Response:
    """The bytes of an image. They never change, so they may be cached for ever."""
    with database.read() as session:
        row = session.get(MediaRow, sha256, options=[undefer(MediaRow.data)])
    if row is None:
        raise NotFound(f"There is no image {sha256}.")
    return Response(
        row.data,
        media_type=row.mime,
        headers={
            "Cache-Control": "private, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'",
        },
    )
