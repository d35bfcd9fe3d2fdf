"""The metric store against plain numpy on the same points."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rftdeck import Client
from rftdeck.events import MetricsLogged
from rftdeck_server.core.bus import Bus
from rftdeck_server.core.database import Database, now
from rftdeck_server.events import log
from rftdeck_server.metrics import headline, series, store
from rftdeck_server.metrics.points import CHUNK_POINTS, Points, pack, unpack
from rftdeck_server.metrics.tables import ChunkRow
from rftdeck_server.runs import queries
from rftdeck_server.runs.tables import AttemptRow, RunRow

from tests.server.helpers import Writer, launched_and_claimed, metrics, started


def single(steps: list[int], values: list[float]) -> Points:
    return Points.single(np.array(steps), np.array(steps, float), np.array(values, float))


@given(
    st.lists(st.tuples(st.integers(0, 10_000), st.floats(-1e6, 1e6) | st.just(float("nan"))), min_size=1),
    st.integers(2, 50),
)
def test_buckets_keep_count_mean_min_and_max(points: list[tuple[int, float]], max_points: int) -> None:
    steps, values = (list(column) for column in zip(*sorted(points, key=lambda p: p[0]), strict=True))
    buckets = single(steps, values).bucketed(max_points)
    finite = [value for value in values if np.isfinite(value)]
    assert len(buckets) <= max(max_points, 0)
    assert buckets.counts.sum() == len(points)
    assert buckets.finite.sum() == len(finite)
    assert buckets.totals.sum() == pytest.approx(sum(finite), abs=1e-3)
    if finite:
        assert np.nanmin(buckets.mins) == min(finite)
        assert np.nanmax(buckets.maxs) == max(finite)
    assert (np.diff(buckets.steps) > 0).all() or len(points) <= max_points


def test_points_survive_packing() -> None:
    steps, times, values = np.arange(5), np.arange(5) / 3, np.array([1, np.nan, -2, 3, 4.5])
    for was, is_ in zip((steps, times, values), unpack(pack(steps, times, values)), strict=True):
        np.testing.assert_array_equal(was, is_)


@given(st.lists(st.integers(0, 200), max_size=300))
def test_a_sparkline_stays_short_and_ascends(steps: list[int]) -> None:
    line = None
    for step in steps:
        line = headline.extend(line, [step], [float(step)])
        assert len(line["steps"]) <= headline.SPARK_POINTS
        assert line["steps"] == sorted(set(line["steps"]))


@pytest.fixture
def run_id(database: Database) -> int:
    with database.write() as session:
        run = RunRow(
            name="r", experiment="e", tags=[], kind="managed", config={}, latest={}, created_at=now()
        )
        session.add(run)
        session.flush()
        for number, resume_step in ((1, 0), (2, 2500)):
            session.add(
                AttemptRow(
                    run_id=run.id,
                    number=number,
                    worker="w",
                    resume_step=resume_step,
                    claimed_at=now(),
                    versions={},
                )
            )
        return run.id


def write(database: Database, bus: Bus, run_id: int, attempt: int, steps: range, value: float) -> None:
    """A hundred steps an event, as batches of a fast run come in."""
    with database.write() as session:
        run = queries.get_run(session, run_id)
        for first in range(steps.start, steps.stop, 100):
            part = [*range(first, min(first + 100, steps.stop))]
            event = MetricsLogged(
                keys=["a", "sparse"],
                steps=part,
                times=[float(step) for step in part],
                values=[[step * value for step in part], [1.0 if step % 500 == 0 else None for step in part]],
            )
            log.append(session, bus, run_id, [event], attempt=attempt, seqs=[first])
            store.record(session, run, [event])


def test_chunks_tail_and_superseded_steps_make_one_curve(database: Database, bus: Bus, run_id: int) -> None:
    write(database, bus, run_id, 1, range(1, 3001), 1.0)
    write(database, bus, run_id, 2, range(2501, 4001), -1.0)
    expected = np.array([*range(1, 2501), *(-step for step in range(2501, 4001))], float)
    with database.read() as session:
        n_chunks = len(session.query(ChunkRow).all())
        assert n_chunks >= 4
        assert queries.get_run(session, run_id).tail_points < CHUNK_POINTS
        (curve,) = series.read_series(session, run_id, ["a"], max_points=10_000)
        assert curve.steps == [*range(1, 4001)]
        np.testing.assert_array_equal(curve.mean, expected)
        assert not curve.bucketed
        (cut,) = series.read_series(session, run_id, ["a"], max_points=10)
        assert (cut.n_points, len(cut.steps), cut.bucketed) == (4000, 10, True)
        assert cut.min[-1] == -4000
        assert max(value for value in cut.max if value is not None) == 2500
        (part,) = series.read_series(session, run_id, ["a"], max_points=500, from_step=2400, to_step=2600)
        np.testing.assert_array_equal(part.mean, expected[2399:2600])
        (old,) = series.read_series(session, run_id, ["a"], max_points=10_000, attempt=1)
        assert old.steps == [*range(1, 3001)]


def test_a_few_buckets_over_many_chunks_come_from_summaries(
    database: Database, bus: Bus, run_id: int
) -> None:
    write(database, bus, run_id, 1, range(1, 2501), 1.0)
    write(database, bus, run_id, 2, range(2501, 20_001), 1.0)
    with database.read() as session:
        (coarse,) = series.read_series(session, run_id, ["a"], max_points=4)
    assert coarse.n_points == 20_000
    assert sum(coarse.count) == 20_000
    assert (coarse.min[0], coarse.max[-1]) == (1.0, 20_000.0)
    means = [mean * count for mean, count in zip(coarse.mean, coarse.count, strict=True) if mean is not None]
    assert sum(means) == pytest.approx(20_000 * 20_001 / 2)


def test_a_key_never_logged_is_an_empty_curve(client: Client) -> None:
    claim = launched_and_claimed(client)
    (curve,) = client.series(claim.run_id, ["never"])
    assert (curve.steps, curve.n_points) == ([], 0)


def test_compacted_events_are_marked_in_the_replay(client: Client, tmp_path: Path) -> None:
    claim = launched_and_claimed(client)
    writer = Writer(tmp_path / "spool", client, claim)
    writer.send(started(), *(metrics(step, reward=float(step)) for step in range(1, 1101)))
    types = [event.event.type for event in client.events(claim.run_id)]
    assert types.count("metrics.compacted") >= CHUNK_POINTS - 500
    assert types.count("metrics.compacted") + types.count("metrics.logged") == 1100
    assert client.series(claim.run_id, ["reward"])[0].mean == [float(step) for step in range(1, 1101)]
    frame = client.series_frame(claim.run_id, ["reward"])
    assert frame.index.name == "step"
    assert frame["reward"].loc[7] == 7.0


def test_metrics_list_first_and_newest_values(client: Client, tmp_path: Path) -> None:
    claim = launched_and_claimed(client)
    Writer(tmp_path / "spool", client, claim).send(
        started(), metrics(1, reward=0.25, kl=None), metrics(2, reward=0.75)
    )
    read = {metric.key: metric for metric in client.metrics(claim.run_id)}
    assert (read["reward"].first_value, read["reward"].value, read["reward"].n_points) == (0.25, 0.75, 2)
    assert read["kl"].value is None
    run = client.run(claim.run_id)
    assert (run.latest["reward"], run.sparkline, run.step) == (0.75, [0.25, 0.75], 2)
