"""Reading curves: chunks and tail, without superseded steps, cut into buckets."""

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from rftdeck.series import MetricList, MetricRead, Series
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from rftdeck_server.metrics import store
from rftdeck_server.metrics.points import Floats, Points, unpack
from rftdeck_server.metrics.tables import ChunkRow, MetricRow
from rftdeck_server.runs import queries as runs

SUMMARY_FACTOR = 2
"""With so many chunks a bucket, their summaries are fine enough and the points need not be read."""
LAST_STEP = 2**62


def list_metrics(session: Session, run_id: int) -> MetricList:
    rows = session.scalars(select(MetricRow).where(MetricRow.run_id == run_id).order_by(MetricRow.key))
    return MetricList(items=[MetricRead.model_validate(row, from_attributes=True) for row in rows])


def read_series(
    session: Session,
    run_id: int,
    keys: Sequence[str],
    *,
    max_points: int,
    from_step: int | None = None,
    to_step: int | None = None,
    attempt: int | None = None,
) -> list[Series]:
    """One series a key, in the order of the keys; empty for a key that was never logged.

    Without `attempt`: one curve over all attempts, without the steps that a later attempt has superseded.
    """
    metric_ids = dict(
        session.execute(
            select(MetricRow.key, MetricRow.id).where(MetricRow.run_id == run_id, MetricRow.key.in_(keys))
        ).all()
    )
    low = 0 if from_step is None else from_step
    high = LAST_STEP if to_step is None else to_step
    limits = {
        number: min(high, LAST_STEP if cutoff is None or attempt is not None else cutoff)
        for number, cutoff in runs.attempt_cutoffs(session, run_id).items()
        if attempt is None or number == attempt
    }
    parts: dict[str, list[Points]] = defaultdict(list)
    for key, metric_id in metric_ids.items():
        parts[key] += _chunks(session, metric_id, low, limits, max_points)
    for number, curves in sorted(store.tail(session, run_id).items()):
        for key in metric_ids.keys() & curves.keys():
            if number in limits:
                parts[key].append(_within(Points.single(*curves[key]), low, limits[number]))
    return [_series(run_id, key, parts.get(key, []), max_points) for key in keys]


def _chunks(
    session: Session, metric_id: int, low: int, limits: dict[int, int], max_points: int
) -> list[Points]:
    """Points of the chunks within the limits: whole chunks as their summaries where those are fine enough."""
    parts = []
    for number, high in sorted(limits.items()):
        in_range: tuple[ColumnElement[bool], ...] = (
            ChunkRow.metric_id == metric_id,
            ChunkRow.attempt == number,
            ChunkRow.last_step >= low,
            ChunkRow.first_step <= high,
        )
        n_chunks = session.scalar(select(func.count()).where(*in_range)) or 0
        if n_chunks >= SUMMARY_FACTOR * max_points:
            whole = (ChunkRow.first_step >= low, ChunkRow.last_step <= high)
            parts.append(_summaries(session, *in_range, *whole))
            in_range = (*in_range, (ChunkRow.first_step < low) | (ChunkRow.last_step > high))
        blobs = session.scalars(select(ChunkRow.points).where(*in_range).order_by(ChunkRow.first_step)).all()
        if blobs:
            columns = (np.concatenate(column) for column in zip(*map(unpack, blobs), strict=True))
            parts.append(_within(Points.single(*columns), low, high))
    return parts


def _summaries(session: Session, *where: ColumnElement[bool]) -> Points:
    rows = session.execute(
        select(
            ChunkRow.last_step,
            ChunkRow.last_time,
            ChunkRow.n_points,
            ChunkRow.n_finite,
            ChunkRow.total,
            ChunkRow.min,
            ChunkRow.max,
        )
        .where(*where)
        .order_by(ChunkRow.first_step)
    ).all()
    steps, times, counts, finite, totals, mins, maxs = zip(*rows, strict=True) if rows else ([],) * 7
    return Points(
        np.asarray(steps, np.int64),
        np.asarray(times, np.float64),
        np.asarray(counts, np.int64),
        np.asarray(finite, np.int64),
        np.asarray(totals, np.float64),
        np.asarray(mins, np.float64),
        np.asarray(maxs, np.float64),
    )


def _within(points: Points, low: int, high: int) -> Points:
    inside = (points.steps >= low) & (points.steps <= high)
    return points if inside.all() else points.take(inside)


def _series(run_id: int, key: str, parts: list[Points], max_points: int) -> Series:
    points = (
        Points.join(parts) if parts else Points.single(*(np.empty(0, kind) for kind in (int, float, float)))
    )
    shown = points.bucketed(max_points)
    n_points = int(points.counts.sum())
    return Series(
        run_id=run_id,
        key=key,
        n_points=n_points,
        bucketed=len(shown) < n_points,
        steps=shown.steps.tolist(),
        times=shown.times.tolist(),
        mean=_nullable(shown.means()),
        min=_nullable(shown.mins),
        max=_nullable(shown.maxs),
        count=shown.counts.tolist(),
    )


def _nullable(values: Floats) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values.tolist()]
