"""Columns of points, and how they are cut into buckets. Plain numpy, no SQL."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

CHUNK_POINTS = 1024

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """N entries of a curve, each standing for `counts` points of which `finite` have a value.

    A single point has counts 1; the summary of a whole chunk is one entry as well, so that both are cut alike.
    """

    steps: Ints
    times: Floats
    counts: Ints
    finite: Ints
    totals: Floats
    mins: Floats
    maxs: Floats

    @classmethod
    def single(cls, steps: Ints, times: Floats, values: Floats) -> Self:
        finite = np.isfinite(values)
        return cls(
            steps,
            times,
            np.ones_like(steps),
            finite.astype(np.int64),
            np.where(finite, values, 0.0),
            values,
            values,
        )

    @classmethod
    def join(cls, parts: list[Self]) -> Self:
        """In the order of their steps; of equal steps the earlier part first."""
        joined = cls(*(np.concatenate(columns) for columns in zip(*map(_columns, parts), strict=True)))
        if np.all(joined.steps[1:] >= joined.steps[:-1]):
            return joined
        return joined.take(np.argsort(joined.steps, kind="stable"))

    def take(self, which: NDArray[np.generic]) -> Self:
        return type(self)(*(column[which] for column in _columns(self)))

    def __len__(self) -> int:
        return len(self.steps)

    def bucketed(self, max_points: int) -> Self:
        """At most max_points entries, over equal ranges of steps; each keeps its last step and time."""
        if len(self) <= max_points:
            return self
        first, last = int(self.steps[0]), int(self.steps[-1])
        bucket = (self.steps - first) * max_points // (last - first + 1)
        starts = np.flatnonzero(np.r_[True, bucket[1:] != bucket[:-1]])
        ends = np.r_[starts[1:], len(self)] - 1
        return type(self)(
            self.steps[ends],
            self.times[ends],
            np.add.reduceat(self.counts, starts),
            np.add.reduceat(self.finite, starts),
            np.add.reduceat(self.totals, starts),
            np.fmin.reduceat(self.mins, starts),
            np.fmax.reduceat(self.maxs, starts),
        )

    def means(self) -> Floats:
        """NaN where no point has a value."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.totals / self.finite


def _columns(points: Points) -> tuple[NDArray[np.generic], ...]:
    return (
        points.steps,
        points.times,
        points.counts,
        points.finite,
        points.totals,
        points.mins,
        points.maxs,
    )


def pack(steps: Ints, times: Floats, values: Floats) -> bytes:
    return steps.astype("<i8").tobytes() + times.astype("<f8").tobytes() + values.astype("<f8").tobytes()


def unpack(blob: bytes) -> tuple[Ints, Floats, Floats]:
    n = len(blob) // 24
    return (
        np.frombuffer(blob, "<i8", n),
        np.frombuffer(blob, "<f8", n, 8 * n),
        np.frombuffer(blob, "<f8", n, 16 * n),
    )
