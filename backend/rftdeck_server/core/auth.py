"""Tokens: a bearer header for scripts, a session cookie for the browser. Each token stands for a principal.

The browser gets its cookie by opening the URL with ?token=…, as Jupyter does.
"""

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from rftdeck.runs import Problem
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from rftdeck_server.core.errors import Forbidden, problem_response

COOKIE = "rftdeck_session"
COOKIE_AGE_S = 30 * 86_400
_PROTECTED = ("/api/", "/metrics")


@dataclass(frozen=True)
class Principal:
    """Who asks, and what they may do."""

    may_add_code: bool

    def require_code(self) -> None:
        """Raises Forbidden."""
        if not self.may_add_code:
            raise Forbidden(
                "This token may not add code that runs here. Ask whoever runs rftdeck for the full token."
            )


class _Token:
    def __init__(self, token: str, principal: Principal) -> None:
        self.token = token.encode()
        self.session = hmac.new(self.token, b"rftdeck browser session", hashlib.sha256).hexdigest()
        self.principal = principal


class Authentication:
    def __init__(self, app: ASGIApp, token: str, member_token: str | None = None) -> None:
        self.app = app
        self.tokens = [_Token(token, Principal(may_add_code=True))]
        if member_token is not None:
            self.tokens.append(_Token(member_token, Principal(may_add_code=False)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if scope["path"].startswith(_PROTECTED):
            known = self._who(HTTPConnection(scope))
            if known is not None:
                scope.setdefault("state", {})["principal"] = known.principal
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
        if (known := self._by_token(offered)) is not None:
            answer.set_cookie(
                COOKIE, known.session, max_age=COOKIE_AGE_S, httponly=True, samesite="strict", path="/"
            )
        return await answer(scope, receive, send)

    def _by_token(self, offered: str) -> _Token | None:
        given = offered.encode("utf-8", "replace")
        return next((known for known in self.tokens if hmac.compare_digest(given, known.token)), None)

    def _who(self, connection: HTTPConnection) -> _Token | None:
        scheme, _, value = Headers(scope=connection.scope).get("authorization", "").partition(" ")
        if scheme:
            return self._by_token(value.strip()) if scheme.lower() == "bearer" else None
        cookie = connection.cookies.get(COOKIE, "").encode("utf-8", "replace")
        return next(
            (known for known in self.tokens if hmac.compare_digest(cookie, known.session.encode())), None
        )
