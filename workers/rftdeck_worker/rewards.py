"""The rewards of a spec: checked before anything is loaded, and made ready for the reward processes."""

from collections.abc import Sequence

from rftdeck.judging import NO_CUSTOM, Custom
from rftdeck.rewards import REWARDS, Kind
from rftdeck.spec import RewardSpec

from rftdeck_worker.errors import SpecError

PROCESSES = 2
"""Reward processes of a training: the trainer waits for its rewards, so that a second core is free."""


def check_rewards(rewards: Sequence[RewardSpec], custom: Custom = NO_CUSTOM) -> None:
    """Raises SpecError for a reward that does not exist, a wrong param, or a name given twice."""
    seen: set[str] = set()
    for index, reward in enumerate(rewards):
        path = f"rewards.{index}"
        if reward.name not in REWARDS and reward.name not in custom:
            known = ", ".join(sorted({*REWARDS, *custom}))
            raise SpecError(f"{path}.name", f"no reward {reward.name!r}; there are {known}")
        if reward.name in seen:
            raise SpecError(f"{path}.name", f"{reward.name} stands twice, and their metrics would merge")
        seen.add(reward.name)
        if reward.name in custom:  # its params were checked against its code when the run was made
            continue
        for param, problem in REWARDS[reward.name].check_params(reward.params).items():
            raise SpecError(f"{path}.params.{param}", problem)


def outcome_index(rewards: Sequence[RewardSpec], custom: Custom = NO_CUSTOM) -> int | None:
    """Place of the first reward that says whether the answer is right; None without one."""
    kinds = [(custom.get(spec.name) or REWARDS[spec.name]).kind for spec in rewards]
    return kinds.index(Kind.OUTCOME) if Kind.OUTCOME in kinds else None
