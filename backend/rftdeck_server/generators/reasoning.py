"""Tasks of reasoning-gym: what they take, and their rows."""

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

from rftdeck.generators import GeneratorInfo

from rftdeck_server.generators import fixed_hash
from rftdeck_server.generators.reasoning_params import converted, levels_of, params_of, plain, refusal
from rftdeck_server.generators.reasoning_tasks import EXAMPLES, FIXED_HASH, LEFT_OUT, NOTES
from rftdeck_server.generators.rows import GeneratorError, MadeRow


@cache
def catalogue() -> tuple[GeneratorInfo, ...]:
    """All tasks with their params. The first call imports reasoning-gym and tries all levels: some seconds."""
    datasets, curricula = _factory()
    found = []
    for task in sorted(set(datasets) - set(LEFT_OUT)):
        dataset, config = datasets[task]
        told = (dataset.__doc__ or "").strip().partition("\n")[0].rstrip(".")
        notes = [f"{told}.", NOTES.get(task, "")] if told else [NOTES.get(task, "")]
        found.append(
            GeneratorInfo(
                kind="reasoning_gym",
                task=task,
                title=task.replace("_", " "),
                summary=" ".join(note for note in notes if note),
                params={name: param.schema for name, param in params_of(config).items()},
                difficulty=levels_of(task, config, curricula.get(task)),
                recipe=None,
            )
        )
    return tuple(found)


def generate(
    task: str, params: dict[str, Any], difficulty: int | None, size: int, seed: int
) -> Iterator[MadeRow]:
    """Raises GeneratorError for an unknown task, and for settings that it does not take."""
    datasets, curricula = _factory()
    if task in LEFT_OUT or task not in datasets:
        why = LEFT_OUT.get(task, "reasoning-gym has no such task")
        raise GeneratorError("source.task", f"{task!r}: {why}")
    _, config = datasets[task]
    level: dict[str, Any] = {}
    share = None
    if difficulty is not None:
        info = levels_of(task, config, curricula.get(task))
        if info is None:
            raise GeneratorError("source.difficulty", f"{task} has no levels")
        if not 0 <= difficulty < info.levels:
            raise GeneratorError("source.difficulty", f"{task} has levels 0 to {info.levels - 1}")
        level, share = info.settings[difficulty], difficulty / (info.levels - 1)
    settings = converted(config, level | params)
    # Item i comes from the seed + i, so that neighbouring seeds would share nearly all items.
    far = random.Random(f"{task} {seed}").randrange(2**31)
    make = fixed_hash.items if task in FIXED_HASH else _items
    try:
        for item in make(task, settings, size, far):
            yield _row(task, item, share)
    except (AssertionError, ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
        raise refusal(error, params) from error


def _items(task: str, settings: dict[str, Any], size: int, seed: int) -> Iterator[dict[str, Any]]:
    import reasoning_gym

    yield from reasoning_gym.create_dataset(task, size=size, seed=seed, **settings)


def _row(task: str, item: dict[str, Any], difficulty: float | None) -> MadeRow:
    answer, metadata = item["answer"], plain(item["metadata"])
    example = None
    if answer is None:
        example = next((metadata[key] for key in EXAMPLES if metadata.get(key)), None)
    return MadeRow(
        prompt=item["question"],
        answer="" if answer is None else str(answer),
        answer_type="text",
        task_type="reasoning",
        solution=None if example is None else f"One right answer: {example}",
        difficulty=difficulty,
        extra={"metadata": metadata | {"source_dataset": task}},
    )


@cache
def _factory() -> tuple[dict[str, Any], dict[str, Any]]:
    """Task → (data set class, config class), and task → curriculum class."""
    from reasoning_gym import factory

    return dict(factory.DATASETS), dict(factory.CURRICULA)
