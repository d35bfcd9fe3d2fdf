"""How a server can refuse, and what each refusal means for the caller."""

import httpx
from pydantic import ValidationError

from rftdeck.runs import Problem


class RftdeckError(Exception):
    """The server answered with a problem document."""

    def __init__(self, problem: Problem) -> None:
        fields = "".join(
            f"\n  {error.path}: {error.reason}{f' ({error.fix})' if error.fix else ''}"
            for error in problem.errors
        )
        super().__init__(f"{problem.title}: {problem.detail}{fields}")
        self.problem = problem


class ServerUnavailable(Exception):
    """No answer, or an answer that says to try again later."""


class Fenced(RftdeckError):
    """Another attempt has taken over this run; stop writing."""


class OutOfOrder(RftdeckError):
    """A batch left a gap; send again from last_seq."""

    def __init__(self, problem: Problem, last_seq: int) -> None:
        super().__init__(problem)
        self.last_seq = last_seq


class RefusedBatch(RftdeckError):
    """The server will never take this input as it is."""


def error_of(answer: httpx.Response) -> Exception:
    """What a refusal means for the caller."""
    try:
        problem = Problem.model_validate_json(answer.content)
    except ValidationError:
        problem = Problem(
            title=answer.reason_phrase or "Error", status=answer.status_code, detail=answer.text[:500]
        )
    if answer.status_code in {408, 425, 429, 500, 502, 503, 504}:
        return ServerUnavailable(f"{answer.status_code} {problem.title}: {problem.detail}")
    if problem.type == "urn:rftdeck:fenced":
        return Fenced(problem)
    if problem.type == "urn:rftdeck:out-of-order":
        return OutOfOrder(problem, int(answer.headers["Rftdeck-Last-Seq"]))
    if answer.status_code in {400, 413, 415, 422}:
        return RefusedBatch(problem)
    return RftdeckError(problem)
