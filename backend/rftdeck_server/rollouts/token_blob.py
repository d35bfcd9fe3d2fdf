"""The tokens of a rollout as one compressed JSON blob; numbers with the digits of a float32."""

import zlib

import numpy as np
import orjson
from numpy.typing import NDArray
from rftdeck.rollouts import RolloutCapture


def pack(rollout: RolloutCapture) -> bytes | None:
    """None when no tokens were captured. Numbers are kept as float32."""
    if rollout.tokens is None and rollout.token_ids is None and rollout.logps is None:
        return None
    columns = {
        "tokens": rollout.tokens,
        "token_ids": rollout.token_ids,
        "logps": _floats(rollout.logps),
        "entropies": _floats(rollout.entropies),
    }
    return zlib.compress(orjson.dumps(columns, option=orjson.OPT_SERIALIZE_NUMPY), 1)


def unpack(blob: bytes | None) -> dict[str, list[object] | None]:
    if blob is None:
        return dict.fromkeys(("tokens", "token_ids", "logps", "entropies"))
    columns: dict[str, list[object] | None] = orjson.loads(zlib.decompress(blob))
    return columns


def _floats(values: list[float | None] | None) -> NDArray[np.float32] | None:
    """float32 halves the digits; orjson writes NaN as null."""
    return None if values is None else np.asarray(values, np.float32)
