"""Every error leaves as an RFC 9457 problem document that names the field."""

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from rftdeck.runs import FieldProblem, Problem
from rftdeck.states import TransitionError
from rftdeck.text import clean_text
from starlette.exceptions import HTTPException

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class ApiError(Exception):
    """Expected failure, with a status and the fields at fault."""

    status = 400
    title = "Bad request"
    type = "about:blank"

    def __init__(
        self, detail: str, errors: list[FieldProblem] | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.headers = headers or {}
        self.problem = Problem(
            type=self.type, title=self.title, status=self.status, detail=detail, errors=errors or []
        )


class Forbidden(ApiError):
    status, title = 403, "Forbidden"


class NotFound(ApiError):
    status, title = 404, "Not found"


class Conflict(ApiError):
    status, title = 409, "Conflict"


class Invalid(ApiError):
    status, title = 422, "Invalid input"


class FencedOff(ApiError):
    """The writer's token is not that of the newest attempt."""

    status, title, type = 409, "Fenced off", "urn:rftdeck:fenced"


class GapInEvents(ApiError):
    status, title, type = 409, "Out of order", "urn:rftdeck:out-of-order"

    def __init__(self, last_seq: int, prev_seq: int) -> None:
        super().__init__(
            f"The batch follows seq {prev_seq}, but the last one committed is {last_seq}. Send again from there.",
            headers={"Rftdeck-Last-Seq": str(last_seq)},
        )


def problem_response(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    return Response(problem.model_dump_json(), problem.status, headers=headers, media_type=MEDIA_TYPE)


def field_path(location: tuple[int | str, ...]) -> str:
    """pydantic's location as a path: ("body", "rewards", 0, "name") → "rewards.0.name"."""
    parts = [str(part) for part in location]
    return ".".join(parts[1:] if parts and parts[0] in {"body", "query", "path", "header"} else parts)


def install(app: FastAPI) -> None:
    """Turn every exception of the app into a problem document."""

    @app.exception_handler(ApiError)
    async def _expected(_request: Request, error: ApiError) -> Response:
        return problem_response(error.problem, error.headers)

    @app.exception_handler(TransitionError)
    async def _transition(_request: Request, error: TransitionError) -> Response:
        return problem_response(Problem(title="Conflict", status=409, detail=f"{error}."))

    @app.exception_handler(RequestValidationError)
    async def _validation(_request: Request, error: RequestValidationError) -> Response:
        if any(item["type"] == "json_invalid" for item in error.errors()):
            reason = error.errors()[0].get("ctx", {}).get("error", "not valid JSON")
            return problem_response(
                Problem(title="Bad request", status=400, detail=f"The body is not JSON: {reason}.")
            )
        errors = [
            FieldProblem(path=clean_text(field_path(item["loc"])), reason=clean_text(item["msg"]))
            for item in error.errors()
        ]
        detail = "; ".join(f"{item.path}: {item.reason}" for item in errors[:3])
        return problem_response(
            Problem(title="Invalid input", status=422, detail=f"{detail}.", errors=errors[:100])
        )

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> Response:
        problem = Problem(title=str(error.detail), status=error.status_code, detail=f"{error.detail}.")
        return problem_response(problem, dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def _unexpected(request: Request, error: Exception) -> Response:
        log.exception("%s %s failed", request.method, request.url.path, exc_info=error)
        return problem_response(
            Problem(title="Internal error", status=500, detail="The server failed; its log says why.")
        )
