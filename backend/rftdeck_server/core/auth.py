"""One token for everything: a bearer header for scripts, a session cookie for the browser.

The browser gets its cookie by opening the URL with ?token=…, as Jupyter does.
"""

import hashlib
import hmac
from urllib.parse import parse_qsl, urlencode

from rftdeck.runs import Problem
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from rftdeck_server.core.errors import problem_response

COOKIE = "rftdeck_session"
COOKIE_AGE_S = 30 * 86_400
_PROTECTED = ("/api/", "/metrics")


class Authentication:
    def __init__(self, app: ASGIApp, token: str) -> None:
        self.app = app
        self.token = token.encode()
        self.session = hmac.new(self.token, b"rftdeck browser session", hashlib.sha256).hexdigest()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if scope["path"].startswith(_PROTECTED):
            if self._may_pass(HTTPConnection(scope)):
                return await self.app(scope, receive, send)
            refusal = problem_response(
                Problem(
                    title="Unauthorized",
                    status=401,
                    detail="The token is missing or wrong. Open the URL that `rftdeck up` prints, "
                    "or send `Authorization: Bearer <token>`.",
                ),
                {"WWW-Authenticate": "Bearer"},
            )
            return await refusal(scope, receive, send)
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        offered = dict(query).get("token")
        if offered is None:
            return await self.app(scope, receive, send)
        rest = urlencode([(key, value) for key, value in query if key != "token"])
        path = "/" + scope["path"].lstrip("/")  # a leading // would redirect to another host
        answer = RedirectResponse(f"{path}?{rest}" if rest else path, 303)
        if self._is_token(offered):
            answer.set_cookie(
                COOKIE, self.session, max_age=COOKIE_AGE_S, httponly=True, samesite="strict", path="/"
            )
        return await answer(scope, receive, send)

    def _is_token(self, offered: str) -> bool:
        return hmac.compare_digest(offered.encode("utf-8", "replace"), self.token)

    def _may_pass(self, connection: HTTPConnection) -> bool:
        scheme, _, value = Headers(scope=connection.scope).get("authorization", "").partition(" ")
        if scheme:
            return scheme.lower() == "bearer" and self._is_token(value.strip())
        cookie = connection.cookies.get(COOKIE, "")
        return hmac.compare_digest(cookie.encode("utf-8", "replace"), self.session.encode())
