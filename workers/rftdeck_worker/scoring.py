"""Rewards as TRL calls them, and what TRL does not keep of their answers."""

from collections.abc import Sequence
from typing import Any

from rftdeck.rewards import REWARDS, Kind, Sample
from rftdeck.spec import RewardSpec

from rftdeck_worker.rewards import Judge, Scored

NOT_IN_ROW = frozenset(
    {"prompts", "images", "image_files", "image", "trainer_state", "log_extra", "log_metric", "environments"}
)
"""What TRL hands to a reward function besides the columns of the row."""


class RewardFunction:
    """Called by TRL once a generated batch; `last` keeps the full results of that call."""

    def __init__(self, judge: Judge, spec: RewardSpec) -> None:
        self.__name__ = spec.name
        self.spec = spec
        self.last: list[Scored] = []
        self._judge = judge

    def __call__(
        self,
        *,
        completions: Sequence[Any],
        completion_ids: Sequence[Sequence[int]],
        answer: Sequence[str | None],
        **columns: Any,
    ) -> list[float | None]:
        rows = {name: values for name, values in columns.items() if name not in NOT_IN_ROW}
        samples = [
            Sample(
                completion=completion_text(completion),
                answer=answer[index],
                length=len(completion_ids[index]),
                row={name: values[index] for name, values in rows.items()},
            )
            for index, completion in enumerate(completions)
        ]
        self.last = self._judge.score(self.spec, samples)
        return [scored.score for scored in self.last]


def completion_text(completion: Any) -> str:
    """Text, or the content of the last message of a chat."""
    return completion if isinstance(completion, str) else str(completion[-1]["content"])


def weighted_reward(rewards: Sequence[RewardSpec], scores: Sequence[float | None]) -> float | None:
    """Sum of weight × score over the rewards that could decide, as TRL has it; None when none could."""
    decided = [spec.weight * score for spec, score in zip(rewards, scores, strict=True) if score is not None]
    return sum(decided) if decided else None


def outcome_index(rewards: Sequence[RewardSpec]) -> int | None:
    """Place of the first reward that says whether the answer is right; None without one."""
    return next(
        (index for index, spec in enumerate(rewards) if REWARDS[spec.name].kind is Kind.OUTCOME), None
    )
