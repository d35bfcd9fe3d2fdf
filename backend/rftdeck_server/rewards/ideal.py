"""The ideal-completion check for the rows of a stored data set, or for completions written by hand."""

from rftdeck.datasets import STORED_PREFIX, DatasetRow
from rftdeck.ideal import check_ideal
from rftdeck.scoring import IdealRead, IdealRequest, SampleIn
from sqlalchemy.orm import Session

from rftdeck_server.datasets import store as datasets
from rftdeck_server.rewards import custom
from rftdeck_server.rewards.pool import RewardPool
from rftdeck_server.rewards.scoring import make_calls

ROWS = 16
"""Tried of a stored data set."""


def ideal(session: Session, pool: RewardPool, request: IdealRequest) -> IdealRead:
    """Raises Invalid for rewards that do not exist, NotFound for a data set that does not."""
    make_calls(session, request.rewards)  # names and params
    samples = list(request.samples)
    ids: list[str | None] = [None] * len(samples)
    if request.dataset is not None:
        version = datasets.find(session, request.dataset)
        rows = datasets.first_rows(session, version, request.split, ROWS)
        samples += [sample_of(row) for row in rows]
        ids += [row.id for row in rows]
    return check_ideal(pool.verdicts, request.rewards, samples, ids, custom.codes(session, request.rewards))


def sample_of(row: DatasetRow, completion: str = "") -> SampleIn:
    """A row as its rewards see it: the columns that a training hands on."""
    columns = row.model_dump(
        mode="json",
        include={"objects", "solution", "answer_type", "task_type", "source", "split", "difficulty"},
    )
    return SampleIn(
        completion=completion,
        answer=row.answer,
        row={**{key: value for key, value in columns.items() if value is not None}, **row.extra},
    )


def is_stored(name: str) -> bool:
    return name.startswith(STORED_PREFIX)
