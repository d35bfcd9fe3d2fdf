"""Images of rollouts and data sets, stored once by content."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from rftdeck.runs import FieldProblem
from starlette.concurrency import run_in_threadpool

from rftdeck_server.core.database import Database, DatabaseDep
from rftdeck_server.core.errors import Invalid
from rftdeck_server.media import store

router = APIRouter(tags=["media"])

Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@router.put("/media/{sha256}", operation_id="storeMedia", status_code=204)
async def put(sha256: Sha256, request: Request, database: DatabaseDep) -> Response:
    """Store an image (PNG, JPEG, GIF or WebP) under its hash; storing it again does nothing."""
    data = await request.body()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Invalid(
            "The body does not have this SHA-256.", [FieldProblem(path="sha256", reason="another hash")]
        )
    mime = store.mime_of(data)
    if mime is None:
        raise Invalid("The body is not a PNG, JPEG, GIF or WebP image.")
    await run_in_threadpool(_keep, database, sha256, mime, data)
    return Response(status_code=204)


def _keep(database: Database, sha256: str, mime: str, data: bytes) -> None:
    with database.read() as session:
        if store.is_kept(session, sha256):
            return
    with database.write() as session:
        store.keep(session, sha256, mime, data)


@router.get("/media/{sha256}", operation_id="readMedia", response_class=Response)
def read(sha256: Sha256, database: DatabaseDep) -> Response:
    """The bytes of an image. They never change, so they may be cached for ever."""
    with database.read() as session:
        row = store.get(session, sha256)
    return Response(
        row.data,
        media_type=row.mime,
        headers={
            "Cache-Control": "private, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'",
        },
    )
