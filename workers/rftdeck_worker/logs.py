"""What the training process prints: from a pipe to lines."""

import contextlib
import os
import select
import time
from collections.abc import Iterator
from pathlib import Path

CHUNK = 2**16
MAX_LINE_BYTES = 2**14
"""Longer lines are cut into several."""
MAX_LINES = 500
BATCH_S = 0.2
"""Lines wait for each other at most so long."""


class LogPipe:
    """Reads the pipe and waits for nothing else, so that printing never blocks; keeps a copy in a file."""

    def __init__(self, copy: Path) -> None:
        copy.parent.mkdir(parents=True, exist_ok=True)
        self.reader, self.writer = os.pipe()
        self._copy = os.open(copy, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self._rest = b""
        self._lines: list[str] = []
        self._oldest = 0.0
        self._ended = False

    def close_writer(self) -> None:
        """In the parent, after the fork: the pipe ends with the last process that has it."""
        os.close(self.writer)

    def close(self) -> None:
        os.close(self.reader)
        os.close(self._copy)

    def read(self, timeout_s: float) -> list[str]:
        """Wait at most timeout_s for something to be written; returns the lines that are due."""
        if self._ended:
            time.sleep(timeout_s)
        elif select.select([self.reader], [], [], timeout_s)[0]:
            self._ended = not self._fill()
        if len(self._lines) >= MAX_LINES or (self._lines and time.monotonic() - self._oldest >= BATCH_S):
            return self._take()
        return []

    def read_to_end(self, timeout_s: float) -> Iterator[list[str]]:
        """All that is left, until the pipe ends or nothing comes for timeout_s."""
        while select.select([self.reader], [], [], timeout_s)[0] and self._fill():
            if len(self._lines) >= MAX_LINES:
                yield self._take()
        if self._rest:
            self._add(self._rest)
            self._rest = b""
        if self._lines:
            yield self._take()

    def _fill(self) -> bool:
        """False at the end of the pipe."""
        data = os.read(self.reader, CHUNK)
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._add(line)
        if b"\r" in self._rest[:-1]:  # a progress bar without an end: only its newest state counts
            self._rest = self._rest[self._rest.rindex(b"\r", 0, -1) + 1 :]
        while len(self._rest) > MAX_LINE_BYTES:
            self._add(self._rest[:MAX_LINE_BYTES])
            self._rest = self._rest[MAX_LINE_BYTES:]
        return bool(data)

    def _add(self, line: bytes) -> None:
        shown = line.rstrip(b"\r").rpartition(b"\r")[2]
        if not self._lines:
            self._oldest = time.monotonic()
        self._lines += [
            shown[start : start + MAX_LINE_BYTES].decode("utf-8", "replace")
            for start in range(0, max(1, len(shown)), MAX_LINE_BYTES)
        ]

    def _take(self) -> list[str]:
        taken, self._lines = self._lines[:MAX_LINES], self._lines[MAX_LINES:]
        self._oldest = time.monotonic()
        with contextlib.suppress(OSError):  # the copy is a convenience; the events are what counts
            os.write(self._copy, "".join(f"{line}\n" for line in taken).encode())
        return taken
