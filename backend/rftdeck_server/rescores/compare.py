"""What changes when other rewards score the same rollouts. Everything here is arithmetic on groups."""

import heapq
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from rftdeck.advantages import Scale, advantages, is_flat
from rftdeck.rescores import RescoredRollout, RescoreResult, RescoreSteps, RescoreTotals

MAX_ROLLOUTS = 500
NO_ADVANTAGE = 1e-6
"""Advantages closer to zero have no sign."""


@dataclass(frozen=True)
class Member:
    """One rollout before and after."""

    rollout_id: int
    completion: str
    scores_old: dict[str, float | None]
    scores_new: dict[str, float | None]
    reward_old: float | None
    reward_new: float | None
    advantage_old: float | None
    reasons: dict[str, str]


@dataclass(frozen=True)
class Group:
    id: int
    answer: str | None
    members: Sequence[Member]


@dataclass
class _Step:
    old: list[float] = field(default_factory=list)
    new: list[float] = field(default_factory=list)
    flat_old: int = 0
    flat_new: int = 0
    groups: int = 0


class Comparison:
    """Takes the groups step by step and keeps only what the result needs."""

    def __init__(self, scale: Scale) -> None:
        self._scale = scale
        self._steps: defaultdict[int, _Step] = defaultdict(_Step)
        self._top: list[tuple[tuple[bool, float, int], RescoredRollout]] = []
        self._taus: list[float] = []
        self._rollouts = self._undecided = self._flipped = self._reordered = 0

    def add(self, step: int, groups: Sequence[Group]) -> None:
        """All groups of one step at once: with scale `batch` they share a standard deviation."""
        found = advantages([[member.reward_new for member in group.members] for group in groups], self._scale)
        for group, new in zip(groups, found, strict=True):
            self._add_group(step, group, new)

    def _add_group(self, step: int, group: Group, advantages_new: Sequence[float | None]) -> None:
        old = [member.reward_old for member in group.members]
        new = [member.reward_new for member in group.members]
        totals = self._steps[step]
        totals.groups += 1
        totals.old += [reward for reward in old if reward is not None]
        totals.new += [reward for reward in new if reward is not None]
        totals.flat_old += is_flat(old)
        totals.flat_new += is_flat(new)
        self._reordered += concordance(old, new)[1] > 0
        if (tau := kendall_tau(old, new)) is not None:
            self._taus.append(tau)
        for member, advantage in zip(group.members, advantages_new, strict=True):
            self._add_member(step, group, member, advantage)

    def _add_member(self, step: int, group: Group, member: Member, advantage: float | None) -> None:
        self._rollouts += 1
        self._undecided += member.reward_new is None
        flipped = _sign(member.advantage_old) * _sign(advantage) < 0
        self._flipped += flipped
        moved = abs((advantage or 0.0) - (member.advantage_old or 0.0))
        if not flipped and moved < NO_ADVANTAGE and member.scores_old == member.scores_new:
            return
        rank = (flipped, moved, -member.rollout_id)
        if len(self._top) == MAX_ROLLOUTS and rank < self._top[0][0]:
            return
        rollout = RescoredRollout(
            rollout_id=member.rollout_id,
            group_id=group.id,
            step=step,
            completion=member.completion[-300:],
            answer=group.answer,
            reward_old=member.reward_old,
            reward_new=member.reward_new,
            advantage_old=member.advantage_old,
            advantage_new=advantage,
            scores_old=member.scores_old,
            scores_new=member.scores_new,
            reasons=member.reasons,
            flipped=flipped,
        )
        put = heapq.heappush if len(self._top) < MAX_ROLLOUTS else heapq.heapreplace
        put(self._top, (rank, rollout))

    def result(self) -> RescoreResult:
        steps = sorted(self._steps)
        each = [self._steps[step] for step in steps]
        groups = sum(item.groups for item in each)
        ranked = sorted(self._top, key=lambda item: item[0], reverse=True)
        return RescoreResult(
            totals=RescoreTotals(
                rollouts=self._rollouts,
                groups=groups,
                undecided=self._undecided,
                mean_old=_mean(reward for item in each for reward in item.old),
                mean_new=_mean(reward for item in each for reward in item.new),
                zero_std_old=_share(sum(item.flat_old for item in each), groups),
                zero_std_new=_share(sum(item.flat_new for item in each), groups),
                order_changed=_share(self._reordered, groups),
                flipped=self._flipped,
                kendall_tau=statistics.fmean(self._taus) if self._taus else None,
            ),
            by_step=RescoreSteps(
                steps=steps,
                mean_old=[_mean(item.old) for item in each],
                mean_new=[_mean(item.new) for item in each],
                zero_std_old=[_share(item.flat_old, item.groups) for item in each],
                zero_std_new=[_share(item.flat_new, item.groups) for item in each],
            ),
            rollouts=[rollout for _, rollout in ranked],
        )


def concordance(old: Sequence[float | None], new: Sequence[float | None]) -> tuple[int, int]:
    """Pairs that both rewards order alike, and pairs that they order against each other; ties are neither."""
    agreeing = opposed = 0
    for (a_old, a_new), (b_old, b_new) in combinations(zip(old, new, strict=True), 2):
        if a_old is None or a_new is None or b_old is None or b_new is None:
            continue
        product = (a_old - b_old) * (a_new - b_new)
        agreeing += product > 0
        opposed += product < 0
    return agreeing, opposed


def kendall_tau(old: Sequence[float | None], new: Sequence[float | None]) -> float | None:
    """Kendall's tau-b of two rewards inside a group; None when one of them has no signal.

    (agreeing - opposed) / sqrt((pairs - ties in old) (pairs - ties in new)).
    """
    both = [(a, b) for a, b in zip(old, new, strict=True) if a is not None and b is not None]
    pairs = list(combinations(both, 2))
    apart_old = sum(a[0] != b[0] for a, b in pairs)
    apart_new = sum(a[1] != b[1] for a, b in pairs)
    if not apart_old or not apart_new:
        return None
    agreeing, opposed = concordance([a for a, _ in both], [b for _, b in both])
    return float((agreeing - opposed) / (apart_old * apart_new) ** 0.5)


def _sign(advantage: float | None) -> int:
    if advantage is None or abs(advantage) < NO_ADVANTAGE:
        return 0
    return 1 if advantage > 0 else -1


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return statistics.fmean(listed) if listed else None


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
