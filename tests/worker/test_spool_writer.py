"""The spool under bad conditions: nothing raises, and what can be kept is kept."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rftdeck.events import LogWritten, MetricsLogged
from rftdeck.spool import SpoolReader, SpoolWriter


@contextmanager
def full_disk(at_bytes: int) -> Iterator[None]:
    """No file may grow beyond at_bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (at_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


def lines(folder: Path) -> list[str]:
    return [line for event in SpoolReader(folder).lines(0) for line in event.event["lines"]]


def test_events_wait_for_a_full_disk_and_keep_their_order(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path)
    with full_disk(at_bytes=250):  # the third line is torn in its middle
        kept = [writer.append(LogWritten(lines=[str(number)])) for number in range(6)]
        assert kept[:2] == [True, True]
        assert kept[-1] is False
    assert writer.append(LogWritten(lines=["6"]))
    assert lines(tmp_path) == [str(number) for number in range(7)]
    assert writer.dropped == 0


def test_a_writer_goes_on_behind_the_torn_line_of_a_killed_one(tmp_path: Path) -> None:
    SpoolWriter(tmp_path).append(LogWritten(lines=["whole"]))
    with (tmp_path / "events.jsonl").open("ab") as file:
        file.write(b'{"time":"2026-01-01T00:00:00Z","event":{"type":"log.wri')
    SpoolWriter(tmp_path).append(LogWritten(lines=["after"]))
    assert lines(tmp_path) == ["whole", "after"]


def test_nan_and_infinity_become_null(tmp_path: Path) -> None:
    values: list[list[float | None]] = [[float("nan")], [float("inf")], [1.5]]
    SpoolWriter(tmp_path).append(MetricsLogged(keys=["a", "b", "c"], steps=[1], times=[0.0], values=values))
    (line,) = SpoolReader(tmp_path).lines(0)
    assert line.event["values"] == [[None], [None], [1.5]]


def test_broken_unicode_is_replaced(tmp_path: Path) -> None:
    SpoolWriter(tmp_path).append(LogWritten(lines=["a\ud800b", "nul\0"]))
    assert lines(tmp_path) == ["a\ufffdb", "nul\ufffd"]


def test_an_image_that_the_disk_refuses_is_left_out(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path)
    with full_disk(at_bytes=10):
        assert writer.add_media(b"x" * 100) is None
    digest = writer.add_media(b"x" * 100)
    assert digest is not None
    assert (tmp_path / "media" / digest).read_bytes() == b"x" * 100
