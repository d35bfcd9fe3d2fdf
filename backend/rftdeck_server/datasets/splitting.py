"""Which rows end up in which split, and which are left out."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from rftdeck.datasets import SplitOptions

from rftdeck_server.datasets.spool import Hashes, Spool, as_numpy

TRAIN, HELDOUT = "train", "heldout"

Mask = NDArray[np.bool_]


@dataclass
class Part:
    """Rows of one spooled split that go to one final split."""

    spooled: str
    keep: Mask
    """[n rows of the spooled split]"""


@dataclass
class FinalSplit:
    name: str
    parts: list[Part]
    duplicates: int = 0
    """Kept rows whose problem stood before in this split."""
    leaked: int = 0
    """Kept rows whose problem stands in another split as well."""
    dropped_duplicates: int = 0
    dropped_leaks: int = 0


@dataclass
class Plan:
    splits: list[FinalSplit] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(int(part.keep.sum()) for split in self.splits for part in split.parts)


def plan(spool: Spool, options: SplitOptions) -> Plan:
    """Rows that name no split are `train`, or `heldout` for the asked share of problems. So are the rows of a set that
    is all `train`."""
    hashes = {name: as_numpy(split.problems) for name, split in spool.splits.items()}
    divided = {name for name in hashes if name == "" or set(hashes) <= {"", TRAIN}}
    found: dict[str, FinalSplit] = {}
    for name, values in hashes.items():
        target = name or TRAIN
        held = _held_out(values, options.heldout_fraction) if name in divided else np.zeros(len(values), bool)
        found.setdefault(target, FinalSplit(target, [])).parts.append(Part(name, ~held))
        if held.any():
            found.setdefault(HELDOUT, FinalSplit(HELDOUT, [])).parts.append(Part(name, held))
    splits = sorted(found.values(), key=lambda split: (split.name != TRAIN, split.name))
    if options.drop_duplicates:
        for split in splits:
            split.dropped_duplicates = _drop(split, _repeated(_hashes(split, hashes)))
    if options.drop_leaked:
        for split in splits:
            if split.name == TRAIN:
                split.dropped_leaks = _drop(split, _elsewhere(split, splits, hashes))
    for split in splits:
        split.duplicates = int(_repeated(_hashes(split, hashes)).sum())
        split.leaked = int(_elsewhere(split, splits, hashes).sum())
    return Plan([split for split in splits if any(part.keep.any() for part in split.parts)])


def repeated_ids(spool: Spool) -> dict[str, Mask]:
    """Rows whose id stood before, by spooled split."""
    ids = {name: as_numpy(split.ids) for name, split in spool.splits.items()}
    if not ids:
        return {}
    again = _repeated(np.concatenate(list(ids.values())))
    ends = np.cumsum([len(values) for values in ids.values()])
    return dict(zip(ids, np.split(again, ends[:-1]), strict=True))


def _held_out(hashes: Hashes, fraction: float) -> Mask:
    # The upper bits decide, so that the share is right and the same problem always falls on the same side.
    return (hashes >> np.uint64(11)).astype(np.float64) < fraction * 2.0**53


def _hashes(split: FinalSplit, hashes: dict[str, Hashes]) -> Hashes:
    return np.concatenate([hashes[part.spooled][part.keep] for part in split.parts])


def _repeated(values: Hashes) -> Mask:
    again = np.ones(len(values), bool)
    again[np.unique(values, return_index=True)[1]] = False
    return again


def _elsewhere(split: FinalSplit, splits: list[FinalSplit], hashes: dict[str, Hashes]) -> Mask:
    mine = _hashes(split, hashes)
    others = [_hashes(other, hashes) for other in splits if other is not split]
    return np.isin(mine, np.concatenate(others)) if others else np.zeros(len(mine), bool)


def _drop(split: FinalSplit, drop: Mask) -> int:
    """`drop` counts the kept rows of all parts in their order."""
    start = 0
    for part in split.parts:
        kept = np.flatnonzero(part.keep)
        part.keep[kept[drop[start : start + len(kept)]]] = False
        start += len(kept)
    return int(drop.sum())
