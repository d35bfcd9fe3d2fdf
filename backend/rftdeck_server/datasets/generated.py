"""Rows that are made here: reasoning-gym's tasks and rendered scenes."""

import hashlib
from collections.abc import Iterator

from rftdeck.datasets import (
    ChatMessage,
    DatasetRow,
    Frames,
    Objects,
    ReasoningGymSource,
    SyntheticSource,
)

from rftdeck_server import generators
from rftdeck_server.datasets.images import Images
from rftdeck_server.datasets.mappings.answers import TYPES
from rftdeck_server.datasets.mappings.clean import cleaned
from rftdeck_server.datasets.readers.record import SourceError
from rftdeck_server.datasets.readers.tree_records import Progress
from rftdeck_server.datasets.splitting import HELDOUT, TRAIN
from rftdeck_server.generators import MadeRow

FAR = 2**31
"""Between the seeds of training and held-out rows: reasoning-gym makes item i from seed + i, so near seeds share items."""


def rows(
    source: ReasoningGymSource | SyntheticSource, images: Images, progress: Progress
) -> Iterator[DatasetRow]:
    """Training rows, then held-out ones; no problem stands in both. Raises SourceError."""
    progress.total = source.rows + source.heldout_rows
    seed = source.seed % FAR
    held_out: set[bytes] = set()

    def is_held_out(item: MadeRow) -> bool:
        return _digest(item) in held_out

    try:
        for split, size, first in ((HELDOUT, source.heldout_rows, seed + FAR), (TRAIN, source.rows, seed)):
            if not size:
                continue
            made = generators.generate(
                source.kind,
                source.task,
                source.params,
                difficulty=source.difficulty,
                size=size,
                seed=first,
                skip=is_held_out if split == TRAIN else None,
            )
            for number, item in enumerate(made):
                if split == HELDOUT:
                    held_out.add(_digest(item))
                yield _row(item, source.task, split, f"{split}-{number}", images)
                progress.done += 1
    except generators.GeneratorError as error:
        raise SourceError(error.reason, "Correct it.", error.path) from None


def _row(item: MadeRow, task: str, split: str, row_id: str, images: Images) -> DatasetRow:
    return DatasetRow(
        id=row_id,
        messages=[ChatMessage(role="user", content=item.prompt)],
        images=[images.add_made(png) for png in item.images],
        videos=[
            Frames(frames=[images.add_made(png) for png in frames], fps=item.extra.get("fps"))
            for frames in item.videos
        ],
        objects=None if item.objects is None else Objects(**item.objects),
        answer=item.answer or None,  # some tasks of reasoning-gym have many right answers and name none
        answer_type=TYPES.get(item.answer_type),
        task_type=item.task_type,
        solution=item.solution,
        source=task,
        split=split,
        difficulty=item.difficulty,
        extra=cleaned(item.extra),
    )


def _digest(item: MadeRow) -> bytes:
    digest = hashlib.blake2b(item.prompt.encode(), digest_size=16)
    for png in (*item.images, *(frame for frames in item.videos for frame in frames)):
        digest.update(png)
    return digest.digest()
