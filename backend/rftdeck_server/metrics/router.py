from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Response
from rftdeck.base import MAX_ID
from rftdeck.series import MetricList, SeriesList

from rftdeck_server.core.dependencies import DatabaseDep, Id
from rftdeck_server.metrics import series
from rftdeck_server.runs.queries import get_run

router = APIRouter(tags=["metrics"])

Keys = Annotated[list[str], Query(max_length=200)]
MaxPoints = Annotated[int, Query(ge=2, le=2_000_000)]
Step = Annotated[int | None, Query(ge=0, lt=2**53)]


@router.get("/runs/{run_id}/metrics", operation_id="listMetrics")
def list_metrics(run_id: Id, database: DatabaseDep) -> MetricList:
    """Every metric key with its first and newest value."""
    with database.read() as session:
        get_run(session, run_id)
        return series.list_metrics(session, run_id)


@router.get("/runs/{run_id}/series", operation_id="readSeries", response_model=SeriesList)
def read_series(
    run_id: Id,
    database: DatabaseDep,
    keys: Keys,
    max_points: MaxPoints = 1000,
    from_step: Step = None,
    to_step: Step = None,
    attempt: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
) -> Response:
    """Curves of one run; longer ones are cut into max_points buckets with mean, min and max.

    With `attempt`: that attempt alone, superseded steps included.
    """
    with database.read() as session:
        get_run(session, run_id)
        found = series.read_series(
            session,
            run_id,
            keys,
            max_points=max_points,
            from_step=from_step,
            to_step=to_step,
            attempt=attempt,
        )
    return _answer(SeriesList(series=found))


@router.get("/series", operation_id="compareSeries", response_model=SeriesList)
def compare_series(
    run: Annotated[list[Annotated[int, Query(ge=1, lt=MAX_ID)]], Query(max_length=200)],
    database: DatabaseDep,
    keys: Keys,
    max_points: MaxPoints = 1000,
    from_step: Step = None,
    to_step: Step = None,
) -> Response:
    """The same curves of several runs."""
    with database.read() as session:
        found = [
            curve
            for run_id in run
            for curve in series.read_series(
                session,
                get_run(session, run_id).id,
                keys,
                max_points=max_points,
                from_step=from_step,
                to_step=to_step,
            )
        ]
    return _answer(SeriesList(series=found))


def _answer(answer: SeriesList) -> Response:
    """orjson: long float columns are what this endpoint is for."""
    return Response(orjson.dumps(answer.model_dump()), media_type="application/json")
