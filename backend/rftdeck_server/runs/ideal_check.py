"""Before a launch on a stored data set: can a perfect answer reach the maximum?"""

import threading
from collections import OrderedDict

import orjson
from rftdeck.datasets import STORED_PREFIX
from rftdeck.runs import Finding
from rftdeck.scoring import IdealRead, IdealRequest
from rftdeck.spec import RunSpec
from sqlalchemy.orm import Session

from rftdeck_server.core.errors import ApiError
from rftdeck_server.rewards.ideal import ideal
from rftdeck_server.rewards.pool import RewardPool

_MAX_KNOWN = 256
_known: OrderedDict[bytes, IdealRead] = OrderedDict()
"""A form is checked with every pause in typing, and mostly about something else."""
_lock = threading.Lock()


def check_ideal_completions(session: Session, pool: RewardPool, spec: RunSpec) -> list[Finding]:
    """An error when no perfect answer reaches the maximum, a warning when some do not.

    Nothing for data sets that are not stored here, and for specs that have other errors.
    """
    if not spec.dataset.name.startswith(STORED_PREFIX):
        return []
    request = IdealRequest(rewards=spec.rewards, dataset=spec.dataset.name, split=spec.dataset.split)
    try:
        found = _cached(session, pool, request)
    except ApiError:
        return []  # said elsewhere, at its field
    if found.passed or not found.checked:
        return []
    first = found.failures[0]
    rows = {failure.row for failure in found.failures}
    score = "no score" if first.score is None else f"{first.score:g}"
    return [
        Finding(
            level="error" if len(rows) == found.checked else "warning",
            path="rewards",
            reason=(
                f"a perfect answer does not reach the maximum on {len(rows)} of {found.checked} rows: "
                f"{first.reward} gives {score} of {first.maximum:g} for the gold {first.answer!r} ({first.reason})"
            ),
            fix="Choose rewards that fit the gold and its format; try them in the playground.",
        )
    ]


def _cached(session: Session, pool: RewardPool, request: IdealRequest) -> IdealRead:
    key = orjson.dumps(request.model_dump(mode="json"))
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    found = ideal(session, pool, request)
    if (
        request.dataset is not None and "@" in request.dataset
    ):  # without a version it may mean another one tomorrow
        with _lock:
            _known[key] = found
            while len(_known) > _MAX_KNOWN:
                _known.popitem(last=False)
    return found
