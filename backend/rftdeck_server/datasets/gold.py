"""Can the gold be scored? A perfect completion of a row must reach the maximum of the reward that suits it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from rftdeck.datasets import AnswerType, DatasetRow
from rftdeck.ideal import MAX_FAILURES, check_ideal
from rftdeck.recipes import RECIPES, recipe_for
from rftdeck.rewards import REWARDS
from rftdeck.rewards.core import Kind
from rftdeck.sandbox import Judge
from rftdeck.scoring import SampleIn
from rftdeck.spec import RewardSpec

AT_ONCE = MAX_FAILURES // 2
"""So that no failure of a recipe with up to two outcome rewards is left out."""


REASONING = "reasoning"
"""Task of reasoning-gym's rows: they bring a verifier of their own."""


def recipe_of(task_type: str | None, answer_type: AnswerType | None) -> str | None:
    """Recipe of the rewards that suit most rows of a version."""
    return None if task_type == REASONING else recipe_for(task_type, answer_type)


def unscorable(rows: Sequence[DatasetRow]) -> list[str]:
    """`id: reason` of rows whose gold the reward that suits them cannot score."""
    by_rewards: dict[str, list[DatasetRow]] = {}
    for row in rows:
        recipe = REASONING if row.task_type == REASONING else recipe_for(row.task_type, row.answer_type)
        if recipe is not None and row.answer:
            by_rewards.setdefault(recipe, []).append(row)
    failures = []
    with Judge() as judge:
        for recipe, members in by_rewards.items():
            rewards = _outcomes(recipe)
            for start in range(0, len(members), AT_ONCE):
                some = members[start : start + AT_ONCE]
                samples = [SampleIn(completion="", answer=row.answer, row=columns(row)) for row in some]
                ideal = check_ideal(judge.score, rewards, samples, [row.id for row in some], {})
                reasons = {failure.row: failure.reason for failure in ideal.failures}
                failures += [f"{row}: {reason}" for row, reason in reasons.items()]
    return failures


def columns(row: DatasetRow) -> dict[str, Any]:
    """What rewards see of a row besides its gold."""
    plain = row.model_dump(mode="json", include={"task_type", "answer_type", "solution", "objects", "split"})
    return {**plain, **row.extra}


def _outcomes(recipe: str) -> list[RewardSpec]:
    if recipe == REASONING:
        return [RewardSpec(name="reasoning_gym")]
    return [spec for spec in RECIPES[recipe].rewards if REWARDS[spec.name].kind is Kind.OUTCOME]


def commonest(counts: Iterable[dict[str, int]]) -> str | None:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return total.most_common(1)[0][0] if total else None
