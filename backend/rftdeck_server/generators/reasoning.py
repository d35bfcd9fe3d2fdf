"""Tasks of reasoning-gym: what they take, and their rows."""

import dataclasses
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson
from pydantic import TypeAdapter
from rftdeck.generators import DifficultyInfo, GeneratorInfo

from rftdeck_server.generators.rows import GeneratorError, MadeRow

NOT_PARAMS = ("seed", "size")
LEFT_OUT = frozenset({"composite"})
"""Needs other tasks as its settings."""


@cache
def catalogue() -> tuple[GeneratorInfo, ...]:
    """All tasks with their params. The first call imports reasoning-gym, which takes a second or two."""
    datasets, curricula = _factory()
    found = []
    for task in sorted(datasets):
        if task in LEFT_OUT:
            continue
        dataset, config = datasets[task]
        summary = (dataset.__doc__ or "").strip().split("\n")[0]
        found.append(
            GeneratorInfo(
                kind="reasoning_gym",
                task=task,
                title=task.replace("_", " "),
                summary=summary,
                params=_schema(config),
                difficulty=_difficulty(task, curricula.get(task)),
                recipe=None,
            )
        )
    return tuple(found)


def generate(
    task: str, params: dict[str, Any], difficulty: int | None, size: int, seed: int
) -> Iterator[MadeRow]:
    """Raises GeneratorError for an unknown task, and for params that it does not take."""
    import reasoning_gym

    datasets, _ = _factory()
    if task not in datasets or task in LEFT_OUT:
        raise GeneratorError("source.task", f"reasoning-gym has no task {task!r}")
    info = next(info for info in catalogue() if info.task == task)
    if wrong := sorted(set(params) - set(info.params)):
        takes = ", ".join(info.params) or "no params"
        raise GeneratorError(f"source.params.{wrong[0]}", f"{task} takes no such param; it takes {takes}")
    settings: dict[str, Any] = {}
    if difficulty is not None:
        if info.difficulty is None:
            raise GeneratorError("source.difficulty", f"{task} has no levels")
        if difficulty >= info.difficulty.levels:
            raise GeneratorError("source.difficulty", f"{task} has levels 0 to {info.difficulty.levels - 1}")
        settings = dict(info.difficulty.settings[difficulty])
    try:
        # Item i comes from the seed + i, so that neighbouring seeds would share nearly all items.
        far = random.Random(f"{task} {seed}").randrange(2**31)
        items = reasoning_gym.create_dataset(task, size=size, seed=far, **(settings | params))
    except (AssertionError, TypeError, ValueError, KeyError) as error:
        raise GeneratorError("source.params", f"{task} refuses these settings: {error}") from error
    levels = info.difficulty.levels if info.difficulty else 0
    share = difficulty / (levels - 1) if difficulty is not None and levels > 1 else None
    for item in items:
        yield _row(task, item, share)


def _row(task: str, item: dict[str, Any], difficulty: float | None) -> MadeRow:
    answer = item["answer"]
    options = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY
    metadata = orjson.loads(orjson.dumps(_plain(item["metadata"]), option=options))
    return MadeRow(
        prompt=item["question"],
        answer="" if answer is None else str(answer),
        answer_type="text",
        task_type="reasoning",
        difficulty=difficulty,
        extra={"metadata": metadata | {"source_dataset": task}},
    )


def _plain(value: Any) -> Any:
    """Tuples, sets and objects of the tasks as JSON can carry them."""
    match value:
        case dict():
            return {
                key if isinstance(key, str | int | float) else str(key): _plain(item)
                for key, item in value.items()
            }
        case list() | tuple():
            return [_plain(item) for item in value]
        case set() | frozenset():
            return sorted((_plain(item) for item in value), key=str)
        case str() | int() | float() | bool() | None:
            return value
        case _:
            return str(value)


@cache
def _factory() -> tuple[dict[str, Any], dict[str, Any]]:
    from reasoning_gym import factory

    return dict(factory.DATASETS), dict(factory.CURRICULA)


def _schema(config: type) -> dict[str, Any]:
    """Param → JSON schema with its default."""
    properties: dict[str, Any] = {}
    for item in dataclasses.fields(config):
        if item.name in NOT_PARAMS or not item.init:
            continue
        default: Any = None
        if item.default is not dataclasses.MISSING:
            default = item.default
        elif item.default_factory is not dataclasses.MISSING:
            default = item.default_factory()
        if dataclasses.is_dataclass(default):
            continue  # settings within settings: no form for them
        schema = _type_schema(item.type, default)
        properties[item.name] = schema | {"title": item.name.replace("_", " "), "default": _plain(default)}
    return properties


def _type_schema(annotation: Any, default: Any) -> dict[str, Any]:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    if type(default) in kinds:
        return {"type": kinds[type(default)]}
    try:
        return {key: value for key, value in TypeAdapter(annotation).json_schema().items() if key != "title"}
    except Exception:  # annotations that pydantic cannot read; the task checks what it is given
        return {}


def _difficulty(task: str, curriculum: Any) -> DifficultyInfo | None:
    """The levels that every attribute of the task's curriculum has; None when one of them does not work."""
    if curriculum is None:
        return None
    try:
        first = curriculum()
        levels = min(len(attribute.levels) for attribute in first.attributes.values())
        settings = [_settings(curriculum, level) for level in range(levels)]
    except Exception:  # a curriculum that is broken is not offered
        return None
    return DifficultyInfo(levels=levels, settings=settings) if levels > 1 else None


def _settings(curriculum: Any, level: int) -> dict[str, Any]:
    course = curriculum()
    for name in course.attributes:
        course.set_attr_level(name, level)
    config = course.generate_configuration({"seed": 0, "size": 1})
    config.validate()
    plain = course.generate_configuration()
    base = type(config)()
    return {
        item.name: _plain(getattr(plain, item.name))
        for item in dataclasses.fields(config)
        if item.name not in NOT_PARAMS and getattr(plain, item.name) != getattr(base, item.name)
    }
