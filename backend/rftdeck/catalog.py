"""What can be chosen in a run spec."""

from typing import Any

from rftdeck.base import Wire
from rftdeck.presets import AlgorithmPreset, SpecPreset


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
