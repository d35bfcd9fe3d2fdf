"""What a reward is."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter


class Kind(StrEnum):
    OUTCOME = "outcome"
    """Is the answer right?"""
    PROCESS = "process"
    """Is the way to it right?"""
    SHAPING = "shaping"
    """Form, length, language."""


@dataclass(frozen=True)
class Sample:
    """One completion, as a reward sees it."""

    completion: str
    answer: str | None = None
    """Gold."""
    length: int = 0
    """Tokens."""
    row: dict[str, Any] = field(default_factory=dict)
    """The other columns of the dataset row."""


@dataclass(frozen=True)
class Undecided:
    """The reward cannot decide, and why. Becomes None, never 0."""

    reason: str


Score = float | Undecided


@dataclass(frozen=True)
class Reward:
    name: str
    kind: Kind
    function: Callable[..., Score]
    """(sample, **params) → Score; the params are its keyword-only arguments."""

    @property
    def doc(self) -> str:
        return inspect.getdoc(self.function) or ""

    @cached_property
    def params_schema(self) -> dict[str, Any]:
        """JSON schema of the params, with their defaults."""
        schema = TypeAdapter(self.function).json_schema()["properties"]
        params = {
            name: parameter
            for name, parameter in inspect.signature(self.function).parameters.items()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY
        }
        return {name: schema[name] for name in params}

    def check_params(self, params: dict[str, Any]) -> dict[str, str]:
        """Param → what is wrong with it."""
        problems = {name: "no such parameter" for name in params if name not in self.params_schema}
        for name, parameter in inspect.signature(self.function).parameters.items():
            if name in params and name in self.params_schema:
                try:
                    TypeAdapter(parameter.annotation).validate_python(params[name])
                except ValueError as error:
                    problems[name] = str(error).splitlines()[-1].strip()
            elif name in self.params_schema and parameter.default is inspect.Parameter.empty:
                problems[name] = "is required"
        return problems
