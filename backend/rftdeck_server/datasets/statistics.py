"""What a split looks like."""

import math

import numpy as np
from numpy.typing import NDArray
from rftdeck.datasets import Histogram, SplitStats

from rftdeck_server.datasets.splitting import FinalSplit
from rftdeck_server.datasets.spool import Names, Spool, as_numpy

BINS = 40
MAX_SOURCES = 30
UNKNOWN = "unknown"


def split_stats(spool: Spool, split: FinalSplit) -> SplitStats:
    lengths = _column(spool, split, "prompt_lengths")
    images = _column(spool, split, "n_images")
    return SplitStats(
        split=split.name,
        rows=len(lengths),
        prompt_length=_histogram(lengths),
        prompt_length_p50=float(np.percentile(lengths, 50)),
        prompt_length_p95=float(np.percentile(lengths, 95)),
        prompt_length_max=int(lengths.max()),
        answer_types=_counts(spool.answer_types, _column(spool, split, "answer_types")),
        task_types=_counts(spool.task_types, _column(spool, split, "task_types")),
        sources=dict(list(_counts(spool.sources, _column(spool, split, "sources")).items())[:MAX_SOURCES]),
        with_images=int((images > 0).sum()),
        images=int(images.sum()),
        duplicates=split.duplicates,
        leaked=split.leaked,
    )


def _column(spool: Spool, split: FinalSplit, name: str) -> NDArray[np.uint32]:
    return np.concatenate(
        [as_numpy(getattr(spool.splits[part.spooled], name))[part.keep] for part in split.parts]
    )


def _histogram(values: NDArray[np.uint32]) -> Histogram:
    low, high = int(values.min()), int(values.max())
    width = max(1, math.ceil((high + 1 - low) / BINS))
    edges = np.arange(low, high + 1 + width, width)
    counts, _ = np.histogram(values, edges)
    return Histogram(edges=[float(edge) for edge in edges], counts=[int(count) for count in counts])


def _counts(names: Names, values: NDArray[np.uint32]) -> dict[str, int]:
    """Commonest first."""
    by_number = np.bincount(values)
    found = {
        name or UNKNOWN: int(by_number[number])
        for name, number in names
        if number < len(by_number) and by_number[number]
    }
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
