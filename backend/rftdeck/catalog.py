"""What can be chosen in a run spec."""

from typing import Any

from rftdeck.base import Wire
from rftdeck.presets import AlgorithmPreset, SpecPreset
from rftdeck.recipes import Recipe
from rftdeck.rewards.core import Scope


class PresetList(Wire):
    specs: dict[str, SpecPreset]
    """Complete specs to start from."""
    algorithms: dict[str, AlgorithmPreset]
    grpo: dict[str, Any]
    """The algorithm section of plain GRPO, from which the presets differ."""


class RewardInfo(Wire):
    name: str
    kind: str
    doc: str
    """Definition, range and source."""
    scope: Scope
    """`group` rewards compare the completions of one prompt."""
    maximum: float | None
    """Score of an ideal completion under the default params; None when there is no such thing."""
    needs: list[str]
    """Columns of the row that it reads besides the gold."""
    custom: bool
    """Written in this installation; the name carries its version."""
    params: dict[str, Any]
    """Param → JSON schema with its default."""


class RewardList(Wire):
    items: list[RewardInfo]


class NameInfo(Wire):
    name: str
    title: str
    """What it is, in a few words."""


class NameList(Wire):
    items: list[NameInfo]


class RecipeList(Wire):
    recipes: dict[str, Recipe]
    """Rewards and wording that suit a task, after a published system."""
