"""Params and levels of reasoning-gym's tasks, from their config classes and curricula."""

import dataclasses
import enum
import re
import typing
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic.errors import PydanticSchemaGenerationError
from rftdeck.generators import DifficultyInfo

from rftdeck_server.generators.reasoning_tasks import USABLE_LEVELS
from rftdeck_server.generators.rows import GeneratorError

NOT_PARAMS = ("seed", "size")
INT64 = 2**63


@dataclasses.dataclass(frozen=True)
class Param:
    schema: dict[str, Any]
    """JSON schema with title and default."""
    adapter: TypeAdapter[Any] | None
    """None where the annotation is none that its own default fits."""


@cache
def params_of(config: type) -> dict[str, Param]:
    """Name → param. Settings within settings are left out: no form could show them."""
    hints = typing.get_type_hints(config)
    found: dict[str, Param] = {}
    for item in dataclasses.fields(config):
        default = _default(item)
        if item.name in NOT_PARAMS or not item.init or dataclasses.is_dataclass(default):
            continue
        adapter = _adapter(hints[item.name], default)
        schema = {} if adapter is None else _inlined(adapter.json_schema())
        if type(default) in _KINDS and "enum" not in schema:
            # Some say `float` with a default of 1, some `int` with one of 0.5.
            schema = {"type": schema.get("type", _KINDS[type(default)])}
        title = item.name.replace("_", " ")
        found[item.name] = Param(schema | {"title": title, "default": plain(default)}, adapter)
    return found


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """Without `$defs`: forms read each param on its own."""
    definitions = schema.pop("$defs", {})

    def resolve(part: Any) -> Any:
        match part:
            case {"$ref": str(name)}:
                return resolve(definitions[name.rpartition("/")[2]])
            case dict():
                return {key: resolve(value) for key, value in part.items()}
            case list():
                return [resolve(value) for value in part]
            case _:
                return part

    result: dict[str, Any] = resolve(schema)
    return result


_KINDS: dict[type, str] = {bool: "boolean", int: "integer", float: "number", str: "string"}


def _default(item: "dataclasses.Field[Any]") -> Any:
    if item.default_factory is not dataclasses.MISSING:
        return item.default_factory()
    return None if item.default is dataclasses.MISSING else item.default


def _adapter(annotation: Any, default: Any) -> TypeAdapter[Any] | None:
    try:
        adapter = TypeAdapter(annotation)
        adapter.validate_python(plain(default))
    except (PydanticSchemaGenerationError, ValidationError):
        return None
    return adapter


def converted(config: type, values: dict[str, Any]) -> dict[str, Any]:
    """JSON values as the config takes them: dates, tuples, enumerations. Raises GeneratorError at the param."""
    params = params_of(config)
    result = {}
    for name, value in values.items():
        if name not in params:
            takes = ", ".join(params) or "no params"
            raise GeneratorError(f"source.params.{name}", f"there is no such param; there are {takes}")
        adapter = params[name].adapter
        try:
            result[name] = value if adapter is None else adapter.validate_python(value)
        except ValidationError as error:
            raise GeneratorError(f"source.params.{name}", error.errors()[0]["msg"]) from error
    return result


def refusal(error: Exception, params: dict[str, Any]) -> GeneratorError:
    """What a task has against its settings, at the param of which it speaks first."""
    told = {name: found.start() for name in params if (found := re.search(rf"\b{name}\b", str(error)))}
    at = min(told, key=lambda name: told[name]) if told else next(iter(params)) if len(params) == 1 else None
    path = "source.params" if at is None else f"source.params.{at}"
    return GeneratorError(path, f"the task refuses it: {error or type(error).__name__}")


# ---- levels -------------------------------------------------------------------------------------------------------


def levels_of(task: str, config: type, curriculum: Any) -> DifficultyInfo | None:
    """Those from the easiest on whose settings the task accepts; None when that is one or none.

    A level sets all attributes of the curriculum; there are as many as the attribute with the fewest has.
    """
    if curriculum is None:
        return None
    most = min(len(attribute.levels) for attribute in curriculum().attributes.values())
    settings: list[dict[str, Any]] = []
    for level in range(min(most, USABLE_LEVELS.get(task, most))):
        try:
            settings.append(_settings(curriculum, config, level))
        except Exception:  # several curricula lead to settings that their own tasks refuse
            break
    return DifficultyInfo(levels=len(settings), settings=settings) if len(settings) > 1 else None


def _settings(curriculum: Any, config: type, level: int) -> dict[str, Any]:
    """What the level makes other than the default. Raises what the task does."""
    course = curriculum()
    for name in course.attributes:
        course.set_attr_level(name, level)
    there, base = course.generate_configuration(), config()
    values = {
        name: plain(getattr(there, name))
        for name in params_of(config)
        if getattr(there, name) != getattr(base, name)
    }
    made = config(**converted(config, values))
    if hasattr(made, "validate"):  # two configs have nothing to check
        made.validate()
    return values


# ---- values -------------------------------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """Tuples, sets, numbers of any size and objects as JSON can carry them."""
    match value:
        case enum.Enum():
            return plain(value.value)
        case dict():
            return {
                key if isinstance(key, str) else str(plain(key)): plain(item) for key, item in value.items()
            }
        case list() | tuple():
            return [plain(item) for item in value]
        case set() | frozenset():
            return sorted((plain(item) for item in value), key=str)
        case bool() | str() | float() | None:
            return value
        case int():
            return value if -INT64 <= value < INT64 else str(value)
        case _:
            return value.tolist() if hasattr(value, "tolist") else str(value)  # numpy's have tolist
