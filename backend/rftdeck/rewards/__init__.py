"""Verifiable rewards: plain Python, no torch.

A reward scores one completion. It returns a float, or an Undecided with the reason when it cannot decide: never a
silent 0 or 1.
"""

from rftdeck.rewards.answers import exact_answer
from rftdeck.rewards.core import Kind, Reward, Sample, Score, Undecided
from rftdeck.rewards.formats import tag_count, think_answer
from rftdeck.rewards.lengths import soft_overlong

REWARDS: dict[str, Reward] = {
    reward.name: reward
    for reward in (
        Reward("exact_answer", Kind.OUTCOME, exact_answer),
        Reward("think_answer", Kind.SHAPING, think_answer),
        Reward("tag_count", Kind.SHAPING, tag_count),
        Reward("soft_overlong", Kind.SHAPING, soft_overlong),
    )
}

__all__ = ["REWARDS", "Kind", "Reward", "Sample", "Score", "Undecided"]
