"""Re-scoring: what other rewards would have said of a run's recorded rollouts."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from rftdeck.base import Strict, Wire
from rftdeck.jobs import JobRead
from rftdeck.spec import RewardSpec

Scale = Literal["group", "batch", "none"]


class RescoreCreate(Strict):
    rewards: Annotated[list[RewardSpec], Field(min_length=1, max_length=50)]
    scale_rewards: Scale | None = None
    """None is what the run had."""
    from_step: Annotated[int, Field(ge=0)] | None = None
    to_step: Annotated[int, Field(ge=0)] | None = None


class RescoreTotals(Wire):
    """Old is what was recorded, new is what the other rewards say."""

    rollouts: int
    groups: int
    undecided: int
    """Rollouts that no new reward could score."""
    mean_old: float | None
    mean_new: float | None
    zero_std_old: float
    """Share of groups without signal."""
    zero_std_new: float
    order_changed: float
    """Share of groups in which two rollouts change places."""
    flipped: int
    """Rollouts whose advantage changes its sign."""
    kendall_tau: float | None
    """Mean rank correlation of old and new reward inside the groups that have signal in both; None without any."""


class RescoreSteps(Wire):
    """One entry a step, as columns."""

    steps: list[int]
    mean_old: list[float | None]
    mean_new: list[float | None]
    zero_std_old: list[float]
    zero_std_new: list[float]


class RescoredRollout(Wire):
    rollout_id: int
    group_id: int
    step: int
    completion: str
    """The last 300 characters."""
    answer: str | None
    reward_old: float | None
    reward_new: float | None
    advantage_old: float | None
    advantage_new: float | None
    scores_old: dict[str, float | None]
    scores_new: dict[str, float | None]
    reasons: dict[str, str]
    """Reward → why it could not decide."""
    flipped: bool


class RescoreResult(Wire):
    totals: RescoreTotals
    by_step: RescoreSteps
    rollouts: list[RescoredRollout]
    """Flipped ones first, then by how far the advantage moved; at most 500."""


class RescoreRead(Wire):
    id: int
    run_id: int
    request: RescoreCreate
    job: JobRead
    result: RescoreResult | None
    created_at: datetime


class RescoreList(Wire):
    items: list[RescoreRead]
    """Newest first, without their results."""
