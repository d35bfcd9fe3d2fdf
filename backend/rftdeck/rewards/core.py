"""What a reward is."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model


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
    def params_model(self) -> type[BaseModel]:
        """The keyword-only arguments of the function, as a model."""
        fields: dict[str, Any] = {
            name: (parameter.annotation, ... if parameter.default is parameter.empty else parameter.default)
            for name, parameter in inspect.signature(self.function).parameters.items()
            if parameter.kind is parameter.KEYWORD_ONLY
        }
        return create_model(self.name, __config__=ConfigDict(extra="forbid"), **fields)

    @property
    def params_schema(self) -> dict[str, Any]:
        """Param → JSON schema with its default."""
        properties: dict[str, Any] = self.params_model.model_json_schema()["properties"]
        return properties

    def check_params(self, params: dict[str, Any]) -> dict[str, str]:
        """Param → what is wrong with it."""
        try:
            self.params_model.model_validate(params)
        except ValidationError as error:
            return {".".join(map(str, item["loc"])): item["msg"] for item in error.errors()}
        return {}
