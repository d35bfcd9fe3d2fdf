"""Rows that are made here: reasoning-gym's tasks and rendered scenes, both with exact gold."""

from collections.abc import Callable, Iterator
from typing import Any

from rftdeck.generators import GeneratorInfo, GeneratorKind

from rftdeck_server.generators import reasoning, scenes
from rftdeck_server.generators.rows import GeneratorError, MadeRow

__all__ = ["GeneratorError", "MadeRow", "catalogue", "generate"]


def catalogue() -> list[GeneratorInfo]:
    """Scenes first. The first call takes a second or two."""
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
    """The same arguments make the same rows, byte for byte. Rows that `skip` knows are left out and not replaced.

    Raises GeneratorError, which names the field.
    """
    make = scenes.generate if kind == "synthetic" else reasoning.generate
    for row in make(task, params, difficulty, size, seed):
        if skip is None or not skip(row):
            yield row
