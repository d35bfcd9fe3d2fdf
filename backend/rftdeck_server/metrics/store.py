"""Writing metrics: an append-only tail of events, folded into chunks of 1,024 points a curve."""

from collections import defaultdict
from typing import Any

import numpy as np
import orjson
from rftdeck.events import MetricsCompacted, MetricsLogged
from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from rftdeck_server.events import log
from rftdeck_server.events.tables import EventRow
from rftdeck_server.metrics.points import CHUNK_POINTS, Floats, Ints, pack, unpack
from rftdeck_server.metrics.tables import ChunkRow, MetricRow
from rftdeck_server.runs.tables import RunRow

Curves = dict[str, tuple[Ints, Floats, Floats]]
"""Key → steps, times, values (NaN where there is none), in the order they were logged."""


def record(session: Session, run: RunRow, events: list[MetricsLogged]) -> None:
    """Update the newest values of every curve, and compact the tail when it has grown long.

    The points themselves stand in the event rows, which must be in the session already.
    """
    newest: dict[str, dict[str, Any]] = {}
    for event in events:
        run.tail_points += len(event.steps)
        for key, values in zip(event.keys, event.values, strict=True):
            points = list(zip(event.steps, values, strict=True))
            points = [point for point in points if point[1] is not None] or points[-1:]
            if not points:
                continue
            entry = newest.setdefault(
                key,
                {
                    "run_id": run.id,
                    "key": key,
                    "first_step": points[0][0],
                    "first_value": points[0][1],
                    "n_points": 0,
                },
            )
            entry["step"], entry["value"] = points[-1]
            entry["n_points"] += len(points)
    if newest:
        _upsert(session, list(newest.values()))
    if run.tail_points >= CHUNK_POINTS:
        compact(session, run)


def _upsert(session: Session, rows: list[dict[str, Any]]) -> None:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    query = sqlite.insert(MetricRow) if is_sqlite else postgresql.insert(MetricRow)
    session.execute(
        query.on_conflict_do_update(
            index_elements=["run_id", "key"],
            set_={
                "step": query.excluded.step,
                "value": query.excluded.value,
                "n_points": MetricRow.n_points + query.excluded.n_points,
            },
        ),
        rows,
    )


def tail(session: Session, run_id: int) -> dict[int, Curves]:
    """Attempt → the curves that are not compacted yet. A key that was not logged at a step has no point there."""
    columns: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for _, attempt, payload in log.of_type(session, run_id, "metrics.logged"):
        event = orjson.loads(payload)
        curves = columns[attempt or 0]
        for key, values in zip(event["keys"], event["values"], strict=True):
            curves[key] += zip(event["steps"], event["times"], values, strict=True)
    return {
        attempt: {key: _arrays(points) for key, points in curves.items()}
        for attempt, curves in columns.items()
    }


def _arrays(points: list[tuple[int, float, float | None]]) -> tuple[Ints, Floats, Floats]:
    steps, times, values = zip(*points, strict=True)
    return (
        np.asarray(steps, np.int64),
        np.asarray(times, np.float64),
        np.asarray([np.nan if value is None else value for value in values], np.float64),
    )


def compact(session: Session, run: RunRow) -> None:
    """Fold the tail into chunks; its events stay as short marks for those who replay them."""
    session.flush()
    metric_ids = dict(
        session.execute(select(MetricRow.key, MetricRow.id).where(MetricRow.run_id == run.id)).all()
    )
    for attempt, curves in tail(session, run.id).items():
        for key, points in curves.items():
            _append_chunks(session, metric_ids[key], attempt, points)
    for id_, _, payload in log.of_type(session, run.id, "metrics.logged"):
        steps = orjson.loads(payload)["steps"]
        mark = MetricsCompacted(from_step=min(steps, default=0), to_step=max(steps, default=0))
        session.execute(
            update(EventRow).where(EventRow.id == id_).values(type=mark.type, payload=mark.model_dump_json())
        )
    run.tail_points = 0


def _append_chunks(
    session: Session, metric_id: int, attempt: int, points: tuple[Ints, Floats, Floats]
) -> None:
    """Fill up the last chunk of the curve, then add new ones."""
    open_chunk = session.execute(
        select(ChunkRow.id, ChunkRow.points)
        .where(ChunkRow.metric_id == metric_id, ChunkRow.attempt == attempt, ChunkRow.n_points < CHUNK_POINTS)
        .order_by(ChunkRow.first_step.desc())
        .limit(1)
    ).first()
    if open_chunk is not None:
        session.execute(delete(ChunkRow).where(ChunkRow.id == open_chunk.id))
        steps, times, values = (
            np.concatenate(pair) for pair in zip(unpack(open_chunk.points), points, strict=True)
        )
    else:
        steps, times, values = points
    order = np.argsort(steps, kind="stable")
    session.execute(
        insert(ChunkRow),
        [
            _chunk(metric_id, attempt, steps[part], times[part], values[part])
            for part in np.array_split(order, range(CHUNK_POINTS, len(order), CHUNK_POINTS))
        ],
    )


def _chunk(metric_id: int, attempt: int, steps: Ints, times: Floats, values: Floats) -> dict[str, Any]:
    finite = values[np.isfinite(values)]
    return {
        "metric_id": metric_id,
        "attempt": attempt,
        "first_step": int(steps[0]),
        "last_step": int(steps[-1]),
        "last_time": float(times[-1]),
        "n_points": len(steps),
        "n_finite": len(finite),
        "total": float(finite.sum()),
        "min": float(finite.min()) if len(finite) else None,
        "max": float(finite.max()) if len(finite) else None,
        "points": pack(steps, times, values),
    }
