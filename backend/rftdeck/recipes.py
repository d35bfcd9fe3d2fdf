"""Rewards and wording that suit a task, after published systems."""

from rftdeck.base import Wire
from rftdeck.datasets import AnswerType
from rftdeck.spec import RewardSpec


class Recipe(Wire):
    title: str
    after: str
    """The system it follows."""
    task_type: str
    answer_type: AnswerType
    rewards: list[RewardSpec]
    system_prompt: str
    ideal: str
    """A perfect completion; `{answer}` stands for the gold."""


RECIPES: dict[str, Recipe] = {}
