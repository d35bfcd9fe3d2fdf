from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse
from rftdeck.base import MAX_ID
from rftdeck.runs import FieldProblem

from rftdeck_server.core.errors import Invalid
from rftdeck_server.stream.hub import Hub

router = APIRouter(tags=["stream"])


@router.get("/stream", operation_id="followStream", response_class=StreamingResponse)
async def follow(
    request: Request,
    run: Annotated[list[Annotated[int, Query(ge=1, lt=MAX_ID)]], Query(max_length=1000)] = [],  # noqa: B006
    after: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> StreamingResponse:
    """Server-sent events of all runs, or of those named. Each `data` is a StreamedEvent, each `id` a cursor.

    `Last-Event-ID` (or `after`) resumes without a gap; an event named `reset` says that the cursor was too old.
    """
    hub: Hub = request.app.state.hub
    if last_event_id is not None:
        if not last_event_id.isdecimal():
            raise Invalid(
                "Last-Event-ID is not a cursor.", [FieldProblem(path="Last-Event-ID", reason="not a number")]
            )
        after = int(last_event_id)
    return StreamingResponse(
        hub.follow(after, run),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
