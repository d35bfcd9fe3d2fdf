"""From the rewards of a spec to what the reward processes are asked, and from their scores to one reward."""

from collections.abc import Mapping, Sequence

from rftdeck.runs import CustomReward
from rftdeck.sandbox import Call
from rftdeck.spec import RewardSpec

Custom = Mapping[str, CustomReward]
"""RewardSpec.name → code, for the rewards that are not in the library."""
NO_CUSTOM: Custom = {}


def make_call(reward: RewardSpec, custom: Custom = NO_CUSTOM) -> Call:
    """A reward of a spec as the reward processes take it."""
    code = custom.get(reward.name)
    return Call(
        name=reward.name,
        params=reward.params,
        timeout_s=reward.timeout_s,
        source=None if code is None else code.source,
        scope="sample" if code is None else code.scope,
    )


def weighted_reward(rewards: Sequence[RewardSpec], scores: Sequence[float | None]) -> float | None:
    """Sum of weight × score over the rewards that could decide, as TRL has it; None when none could."""
    decided = [spec.weight * score for spec, score in zip(rewards, scores, strict=True) if score is not None]
    return sum(decided) if decided else None
