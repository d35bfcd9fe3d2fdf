"""Request bodies: gzip is unpacked, and nothing larger than the limit is ever held in memory.

Uploads pass through as they come: their route writes them to disk.
"""

import zlib

from rftdeck.runs import Problem
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rftdeck_server.core.errors import problem_response

MIB = 2**20
DEFAULT_LIMIT = 4 * MIB
LIMITS = {"/events": 64 * MIB, "/media/": 32 * MIB}
"""Part of a path → limit in bytes, after unpacking."""
STREAMED = "/api/v1/uploads"


class _TooLarge(Exception):
    pass


class _BrokenGzip(Exception):
    pass


class BodyLimit:
    """Reads the body of a request within its limit, unpacks it, and hands it on whole."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or scope["method"] in {"GET", "HEAD", "OPTIONS"}
            or scope["path"] == STREAMED
        ):
            return await self.app(scope, receive, send)
        limit = next((size for part, size in LIMITS.items() if part in scope["path"]), DEFAULT_LIMIT)
        try:
            body = await _read(Headers(scope=scope), receive, limit)
        except _TooLarge:
            problem = Problem(
                title="Body too large",
                status=413,
                detail=f"The body is larger than the {limit // MIB} MiB that this endpoint takes. Send it in parts.",
            )
            return await problem_response(problem, {"Connection": "close"})(scope, receive, send)
        except _BrokenGzip:
            problem = Problem(title="Bad request", status=400, detail="The body is not valid gzip.")
            return await problem_response(problem)(scope, receive, send)
        headers = MutableHeaders(scope=scope)
        if "content-encoding" in headers:
            del headers["content-encoding"]
        headers["content-length"] = str(len(body))
        sent = False

        async def replay() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        return await self.app(scope, replay, send)


async def _read(headers: Headers, receive: Receive, limit: int) -> bytes:
    """Raises _TooLarge or _BrokenGzip."""
    if int(headers.get("content-length") or 0) > limit:
        raise _TooLarge
    inflate = zlib.decompressobj(wbits=31) if headers.get("content-encoding") == "gzip" else None
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        part = message.get("body", b"")
        if inflate is not None:
            try:
                part = inflate.decompress(part, limit + 1 - size)
            except zlib.error:
                raise _BrokenGzip from None
        size += len(part)
        if size > limit:
            raise _TooLarge
        parts.append(part)
        if not message.get("more_body", False):
            break
    if inflate is not None and not inflate.eof:
        raise _BrokenGzip
    return b"".join(parts)
