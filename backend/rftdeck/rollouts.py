"""Rollouts: what a worker captures of every group, and what readers get back."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from rftdeck.base import Wire
from rftdeck.text import CleanStr

Mode = Literal["train", "eval"]


class Message(Wire):
    role: str
    content: CleanStr
    """Text; the place of an image is marked `<image>`, in the order of the group's images."""


class RolloutCapture(Wire):
    """One completion with its scores."""

    completion: CleanStr
    length: int = Field(ge=0)
    """Tokens, the end-of-sequence token included."""
    truncated: bool
    """True when the completion ended at max_completion_length, without an end-of-sequence token."""
    scores: dict[str, float | None]
    """Reward function → raw score, before weights; None when it could not decide."""
    notes: dict[str, CleanStr] = {}
    """Reward function → why it scored None."""
    reward: float | None
    """Weighted sum of the scores that are not None."""
    advantage: float | None
    token_ids: list[int] | None = None
    tokens: list[CleanStr] | None = None
    """The completion cut into its tokens."""
    logps: list[float | None] | None = None
    """Log-probability of each token under the policy at its first training pass (nats)."""
    entropies: list[float | None] | None = None
    """Entropy of the policy at each token, at the same pass (nats)."""


class GroupCapture(Wire):
    """All rollouts of one prompt at one step."""

    index: int = Field(ge=0)
    """Place of the group within its step."""
    prompt: list[Message]
    images: list[str] = []
    """SHA-256 of each image; the bytes go to PUT /media/{sha256}."""
    answer: CleanStr | None = None
    row: str | None = None
    """Id of the dataset row, the same whenever the prompt comes back."""
    columns: dict[str, Any] = {}
    """The other columns of the row that rewards may read, as JSON; at most 16 kB."""
    rollouts: list[RolloutCapture] = Field(min_length=1)


class GroupSummary(Wire):
    """A group without its completions."""

    id: int
    run_id: int
    attempt: int
    step: int
    index: int
    mode: Mode
    row: str | None
    prompt: list[Message]
    images: list[str]
    answer: str | None
    columns: dict[str, Any]
    """The other columns of the dataset row that rewards may read."""
    n_rollouts: int
    reward_mean: float | None
    reward_std: float | None
    """Sample standard deviation of the rewards in the group; 0 means the group teaches nothing."""
    length_mean: float
    """Tokens."""
    n_truncated: int
    time: datetime
    superseded: bool
    """True when a later attempt resumed from a checkpoint before this step."""


class RolloutRead(Wire):
    id: int
    group_id: int
    index: int
    completion: str
    length: int
    truncated: bool
    scores: dict[str, float | None]
    notes: dict[str, str]
    reward: float | None
    advantage: float | None


class GroupRead(GroupSummary):
    rollouts: list[RolloutRead]


class GroupPage(Wire):
    items: list[GroupRead]
    next_cursor: str | None
    step: int | None
    """The step these groups belong to: the newest one when none was asked for; None without any."""


class RolloutDetail(RolloutRead):
    """A rollout with its tokens. The four lists have one entry a token, or are None when not captured."""

    run_id: int
    step: int
    token_ids: list[int] | None
    tokens: list[str] | None
    logps: list[float | None] | None
    entropies: list[float | None] | None


class RolloutSteps(Wire):
    """The steps of a run that have captured groups, ascending, as columns."""

    steps: list[int]
    n_groups: list[int]
    reward_mean: list[float | None]
