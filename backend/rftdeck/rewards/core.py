"""What a reward is."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, create_model


class Kind(StrEnum):
    OUTCOME = "outcome"
    """Is the answer right?"""
    PROCESS = "process"
    """Is the way to it right?"""
    SHAPING = "shaping"
    """Form, length, language."""


Scope = Literal["sample", "group"]
"""What a reward function sees at once: one completion, or all completions of one prompt."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One completion, as a reward sees it."""

    completion: str
    answer: str | None = None
    """Gold."""
    length: int = 0
    """Tokens."""
    row: dict[str, Any] = field(default_factory=dict)
    """The other columns of the dataset row."""
    step: int = 0
    """Optimiser step that the completion is generated for, from 1 on; 0 outside of a training."""
    max_steps: int | None = None
    """Steps of the whole run; None outside of a training."""
    group: str = ""
    """The same for all completions of one prompt at one step."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """The reward cannot decide, and why. Becomes None, never 0."""

    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A score with what a person wants to see of it."""

    score: float
    parsed: str | None = None
    """What was read from the completion as its answer."""
    why: str | None = None
    """How the score came about, in one sentence."""


Score = float | Undecided | Judged


@dataclass(frozen=True)
class Reward:
    name: str
    kind: Kind
    function: Callable[..., Any]
    """(Sample, **params) → Score, or with scope `group` (Sequence[Sample], **params) → Sequence[Score].

    The params are its keyword-only arguments.
    """
    scope: Scope = "sample"
    maximum: float | Callable[[dict[str, Any]], float] | None = 1.0
    """The score of an ideal completion, or how it follows from the params; None when there is no such thing."""
    needs: tuple[str, ...] = ()
    """Columns of the row that it reads besides the gold."""

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

    def maximum_of(self, params: dict[str, Any]) -> float | None:
        """The score of an ideal completion under these params; None when there is no such thing."""
        if callable(self.maximum):
            return self.maximum(self.params_model.model_validate(params).model_dump())
        return self.maximum

    def judge(self, group: Sequence[Sample], params: dict[str, Any]) -> list[Score]:
        """Score the completions of one prompt; with scope `sample` any completions."""
        if self.scope == "group":
            return list(self.function(group, **params))
        return [self.function(sample, **params) for sample in group]
