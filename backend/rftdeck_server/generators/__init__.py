"""Rows that are made here: reasoning-gym's tasks and rendered scenes, both with exact gold."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from rftdeck.generators import GeneratorInfo, GeneratorKind

from rftdeck_server.generators import reasoning, scenes
from rftdeck_server.generators.rows import GeneratorError, MadeRow

__all__ = ["GeneratorError", "MadeRow", "catalogue", "generate"]

MAX_REPEATS = 200
"""Rows in a row that were there before or are not wanted; then there are no more to be had."""


def catalogue() -> list[GeneratorInfo]:
    """Scenes first. The first call takes some seconds: it imports reasoning-gym and tries its levels."""
    return [*scenes.catalogue(), *reasoning.catalogue()]


def generate(
    kind: GeneratorKind,
    task: str,
    params: dict[str, Any],
    *,
    difficulty: int | None,
    size: int,
    seed: int,
    skip: Callable[[MadeRow], bool] | None = None,
) -> Iterator[MadeRow]:
    """The same arguments make the same rows, byte for byte, and none of them twice.

    Rows that `skip` knows are replaced by others; there are fewer than `size` when the task has no more to give.
    Raises GeneratorError, which names the field.
    """
    if size < 1:
        return
    seen: set[bytes] = set()
    repeats = 0
    make = scenes.generate if kind == "synthetic" else reasoning.generate
    for row in make(task, params, difficulty, size + MAX_REPEATS, seed):
        identity = _identity(row)
        if identity in seen or (skip is not None and skip(row)):
            repeats += 1
            if repeats == MAX_REPEATS:
                return
            continue
        repeats = 0
        seen.add(identity)
        yield row
        if len(seen) == size:
            return


def _identity(row: MadeRow) -> bytes:
    digest = hashlib.blake2b(row.prompt.encode(), digest_size=16)
    for png in (*row.images, *(frame for frames in row.videos for frame in frames)):
        digest.update(png)
    return digest.digest()
