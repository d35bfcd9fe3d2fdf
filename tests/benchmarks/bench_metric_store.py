"""The metric store beside one indexed SQL row a point, on the same SQLite and the same points.

Prints ratios; absolute times depend on the machine. Run: python tests/benchmarks/bench_metric_store.py
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from rftdeck.events import MetricsLogged
from rftdeck_server.core.bus import Bus
from rftdeck_server.core.database import Database, now
from rftdeck_server.events import log
from rftdeck_server.metrics import series, store
from rftdeck_server.migrate import migrate
from rftdeck_server.runs.queries import get_run
from rftdeck_server.runs.tables import AttemptRow, RunRow

POINTS = 1_000_000
STEPS_PER_EVENT = 2_000
KEYS = ("reward",)
REPEATS = 5


class Silent(Bus):
    """No Redis in this benchmark."""

    def __init__(self) -> None:
        pass

    def announce(self) -> None:
        pass


def prepare(folder: Path) -> tuple[Database, int]:
    url = f"sqlite:///{folder / 'store.db'}"
    migrate(url)
    database = Database(url)
    with database.write() as session:
        run = RunRow(
            name="r", experiment="e", tags=[], kind="managed", config={}, latest={}, created_at=now()
        )
        session.add(run)
        session.flush()
        session.add(AttemptRow(run_id=run.id, number=1, worker="w", claimed_at=now(), versions={}))
        return database, run.id


def events() -> list[MetricsLogged]:
    return [
        MetricsLogged(
            keys=list(KEYS),
            steps=[*range(first, first + STEPS_PER_EVENT)],
            times=[float(step) for step in range(first, first + STEPS_PER_EVENT)],
            values=[[step % 997 / 997 for step in range(first, first + STEPS_PER_EVENT)]],
        )
        for first in range(0, POINTS, STEPS_PER_EVENT)
    ]


def write_store(database: Database, run_id: int, batch: list[MetricsLogged]) -> None:
    for i, event in enumerate(batch):
        with database.write() as session:
            log.append(session, Silent(), run_id, [event], attempt=1, seqs=[i + 1])
            store.record(session, get_run(session, run_id), [event])


def write_rows(database: Database, batch: list[MetricsLogged]) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE points (metric_id INTEGER, step INTEGER, time REAL, value REAL, PRIMARY KEY (metric_id, step)) WITHOUT ROWID"
        )
    for event in batch:
        with database.engine.begin() as connection:
            connection.exec_driver_sql(
                "INSERT INTO points VALUES (1, ?, ?, ?)",
                [*zip(event.steps, event.times, event.values[0], strict=True)],
            )


def median_s(work: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        database, run_id = prepare(Path(name))
        batch = events()
        begun = time.perf_counter()
        write_store(database, run_id, batch)
        chunks_s = time.perf_counter() - begun
        begun = time.perf_counter()
        write_rows(database, batch)
        rows_s = time.perf_counter() - begun

        def read_store(max_points: int) -> object:
            with database.read() as session:
                return series.read_series(session, run_id, KEYS, max_points=max_points)

        def read_rows(max_points: int) -> object:
            with database.engine.connect() as connection:
                return connection.execute(
                    sa.text(
                        "SELECT max(step), avg(value), min(value), max(value), count(*) FROM points "
                        "WHERE metric_id = 1 GROUP BY step * :n / :total"
                    ),
                    {"n": max_points, "total": POINTS},
                ).all()

        print(
            f"writing {POINTS:,} points: {POINTS / chunks_s:,.0f}/s, {rows_s / chunks_s:.2f} × the rows' speed"
        )
        for max_points in (1000, 300):
            ours, theirs = (
                median_s(lambda n=max_points: read_store(n)),
                median_s(lambda n=max_points: read_rows(n)),
            )
            print(
                f"reading them in {max_points} buckets: {1000 * ours:.1f} ms, "
                f"{theirs / ours:.1f} × the speed of GROUP BY over rows"
            )
        database.close()


if __name__ == "__main__":
    sys.exit(main())
