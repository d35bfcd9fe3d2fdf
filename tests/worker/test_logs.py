"""From what a process prints to lines."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from rftdeck_worker.logs import MAX_LINE_BYTES, LogPipe


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[LogPipe]:
    pipe = LogPipe(tmp_path / "runs" / "attempt-1.log")
    yield pipe
    pipe.close()


def printed(pipe: LogPipe, *chunks: bytes) -> list[str]:
    lines: list[str] = []
    for chunk in chunks:
        os.write(pipe.writer, chunk)
        lines += pipe.read(0)
    pipe.close_writer()
    return lines + [line for batch in pipe.read_to_end(1.0) for line in batch]


def test_lines_are_put_together_from_pieces(pipe: LogPipe) -> None:
    assert printed(pipe, b"one\ntw", b"o\nthree") == ["one", "two", "three"]


def test_a_progress_bar_leaves_its_last_state(pipe: LogPipe) -> None:
    assert printed(pipe, b"\r10%", b"\r20%", b"\r100%\nnext\r\n") == ["100%", "next"]


def test_broken_utf8_is_replaced(pipe: LogPipe) -> None:
    assert printed(pipe, b"a\xffb\n", "gr\u00fc".encode()[:3], "\u00fc\n".encode()[1:]) == [
        "a\ufffdb",
        "gr\u00fc",
    ]


def test_an_endless_line_is_cut(pipe: LogPipe) -> None:
    lines = printed(pipe, *[b"x" * 1000] * 40)
    assert [len(line) for line in lines] == [MAX_LINE_BYTES, MAX_LINE_BYTES, 40_000 - 2 * MAX_LINE_BYTES]


def test_a_copy_stays_on_the_disk(pipe: LogPipe, tmp_path: Path) -> None:
    printed(pipe, b"one\ntwo\n")
    assert (tmp_path / "runs" / "attempt-1.log").read_text() == "one\ntwo\n"
