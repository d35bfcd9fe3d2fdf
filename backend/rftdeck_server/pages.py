"""The browser application, as built by `make frontend`."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from rftdeck_server.core.errors import NotFound

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
MISSING = (
    "<!doctype html><title>rftdeck</title><p>The server runs, but the dashboard is not built. "
    "Run <code>make frontend</code> in the repository and reload this page.</p>"
)


def install(app: FastAPI, folder: Path) -> None:
    """Serve the built files, and index.html for every path that the browser application routes itself."""
    app.mount("/assets", _Assets(directory=folder / "assets", check_dir=False), name="assets")

    @app.get("/{path:path}", include_in_schema=False)
    def page(path: str, request: Request) -> Response:
        if path.startswith("api/"):
            raise NotFound(f"There is no {request.method} /{path}.")
        file = (folder / path).resolve()
        if path and file.is_relative_to(folder.resolve()) and file.is_file():
            return FileResponse(file, headers=SECURITY)
        index = folder / "index.html"
        if not index.is_file():
            return HTMLResponse(MISSING, 503)
        return FileResponse(index, headers={**SECURITY, "Cache-Control": "no-cache"})


class _Assets(StaticFiles):
    """Names carry a hash of the content, so they may be kept for ever."""

    async def get_response(self, path: str, scope: object) -> Response:
        try:
            answer = await super().get_response(path, scope)  # type: ignore[arg-type]
        except HTTPException as error:
            raise NotFound(f"There is no asset {path}.") from error
        answer.headers.update({**SECURITY, "Cache-Control": "public, max-age=31536000, immutable"})
        return answer
