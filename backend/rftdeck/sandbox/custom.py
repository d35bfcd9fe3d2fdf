"""Custom rewards, inside of a reward process: from source to a reward."""

import inspect
import linecache
import sys
import types
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, create_model

MODULE = "custom_reward"
FILE = "<custom reward>"
TEMPLATE = "def score(sample, **params)"


def load(source: str) -> Callable[..., Any]:
    """Run the module and return its `score`. Raises whatever it raises, and TypeError without such a function."""
    linecache.cache[FILE] = (len(source), None, source.splitlines(keepends=True), FILE)  # lines in tracebacks
    module = types.ModuleType(MODULE)
    sys.modules[MODULE] = module  # dataclasses and pydantic look there
    exec(compile(source, FILE, "exec"), module.__dict__)
    score = module.__dict__.get("score")
    if not callable(score):
        raise TypeError(f"the module defines no `{TEMPLATE}`")
    named, positional = _parameters(score)
    if positional != 1:
        raise TypeError(f"score takes {positional} positional arguments; it should be `{TEMPLATE}`")
    for name, parameter in named.items():
        if parameter.default is parameter.empty:
            raise TypeError(f"param {name} of score has no default")
    return score  # type: ignore[no-any-return]


def params_schema(score: Callable[..., Any]) -> dict[str, Any]:
    """Param → JSON schema with its default; a param without an annotation takes the type of its default."""
    fields: dict[str, Any] = {}
    for name, parameter in _parameters(score)[0].items():
        kind = type(parameter.default) if parameter.default is not None else Any
        fields[name] = (
            kind if parameter.annotation is parameter.empty else parameter.annotation,
            parameter.default,
        )
    model: type[BaseModel] = create_model("Params", **fields)
    properties: dict[str, Any] = model.model_json_schema().get("properties", {})
    return properties


def _parameters(score: Callable[..., Any]) -> tuple[dict[str, inspect.Parameter], int]:
    """The params, and the number of positional arguments before them."""
    parameters = list(inspect.signature(score, eval_str=True).parameters.values())
    flexible = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    first = parameters[:1] if parameters and parameters[0].kind in flexible else []
    named = {
        parameter.name: parameter
        for parameter in parameters[len(first) :]
        if parameter.kind in (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    }
    return named, len(first)
