"""What can be generated: reasoning-gym tasks and rendered scenes."""

from typing import Any, Literal

from rftdeck.base import Wire

GeneratorKind = Literal["reasoning_gym", "synthetic"]


class DifficultyInfo(Wire):
    levels: int
    """The slider goes from 0 to levels - 1."""
    settings: list[dict[str, Any]]
    """What each level sets: param → value."""


class GeneratorInfo(Wire):
    kind: GeneratorKind
    task: str
    title: str
    summary: str
    params: dict[str, Any]
    """Param → JSON schema with its default."""
    difficulty: DifficultyInfo | None
    recipe: str | None
    """Recipe of the rewards that suit it, see /recipes."""


class GeneratorList(Wire):
    items: list[GeneratorInfo]
