"""Cursors of paginated lists: opaque to the client, a JSON value to us."""

import base64
import binascii
from typing import Any

import orjson
from rftdeck.runs import FieldProblem

from rftdeck_server.core.errors import Invalid


def encode_cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode().rstrip("=")


def decode_cursor(cursor: str, kind: type) -> list[Any]:
    """[value of the sorted column, id] of the last item before. Raises Invalid."""
    try:
        value: Any = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        value = None
    match value:
        case [first, int(last)] if (first is None or isinstance(first, kind)) and 0 < last < 2**63:
            return [first, last]
        case _:
            raise Invalid(
                "cursor: not one of ours.",
                [FieldProblem(path="cursor", reason="not a cursor", fix="Pass next_cursor as it came.")],
            )
