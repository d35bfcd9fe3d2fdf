"""The playground: scoring by hand, custom rewards, and cases that keep a verifier honest."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, JsonValue

from rftdeck.base import RowId, Strict, Wire
from rftdeck.rewards.core import Kind, Scope
from rftdeck.spec import RewardSpec
from rftdeck.text import CleanStr

CUSTOM_PREFIX = "custom/"
"""`custom/my_reward@1f2e3d4c5b6a` in a spec names a version by its content; without `@…` the newest one."""

RewardName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Source = Annotated[str, Field(min_length=1, max_length=100_000)]
LongText = Annotated[CleanStr, Field(max_length=400_000)]


class SampleIn(Strict):
    """One completion to score."""

    completion: LongText
    answer: LongText | None = None
    """Gold."""
    length: Annotated[int, Field(ge=0)] | None = None
    """Tokens; None counts four characters a token."""
    row: dict[str, JsonValue] = {}
    """The other columns that rewards may read."""
    step: Annotated[int, Field(ge=0)] = 0
    max_steps: Annotated[int, Field(ge=1)] | None = None


class ScoreRequest(Strict):
    samples: Annotated[list[SampleIn], Field(min_length=1, max_length=256)]
    """Siblings: completions of one prompt."""
    rewards: Annotated[list[RewardSpec], Field(min_length=1, max_length=50)]
    draft: Source | None = None
    """Code of a custom reward that is not stored yet; a reward named `draft` runs it."""
    draft_scope: Scope = "sample"


class RewardScore(Wire):
    name: str
    weight: float
    score: float | None
    maximum: float | None
    """Score of an ideal completion; None when there is no such thing."""
    reason: str | None
    """Why there is no score."""
    traceback: str | None
    parsed: str | None
    """What was read from the completion as its answer."""
    why: str | None
    """How the score came about."""
    seconds: float
    timed_out: bool


class SampleScore(Wire):
    rewards: list[RewardScore]
    reward: float | None
    """Weighted sum of the scores that are not None."""
    advantage: float | None
    """Within the samples, divided by their standard deviation; None for one sample."""


class ScoreRead(Wire):
    samples: list[SampleScore]
    isolation: list[str]
    """Which protections the reward processes run under."""


class IdealRequest(Strict):
    """Does a perfect answer reach the maximum?"""

    rewards: Annotated[list[RewardSpec], Field(min_length=1, max_length=50)]
    dataset: str | None = None
    """A stored data set (`dataset:…`) whose first rows are tried; or give rows."""
    split: str = "train"
    samples: Annotated[list[SampleIn], Field(max_length=64)] = []
    """Hand-written perfect completions; an empty completion is filled in from the gold."""


class IdealFailure(Wire):
    row: str | None
    reward: str
    score: float | None
    maximum: float
    reason: str
    completion: str
    answer: str | None


class IdealRead(Wire):
    passed: bool
    checked: int
    """Rows tried."""
    failures: list[IdealFailure]
    example: str | None
    """The completion that was tried on the first row."""


class CaseIn(Strict):
    """A completion whose right score is known."""

    sample: SampleIn
    expected: float | None
    """None: the reward must say that it cannot decide."""
    tolerance: Annotated[float, Field(ge=0, le=1)] = 1e-6
    note: Annotated[CleanStr, Field(max_length=2000)] = ""


class CustomRewardCreate(Strict):
    """A new version of a custom reward. It is stored only when every case gets its expected score."""

    name: RewardName
    kind: Kind = Kind.OUTCOME
    scope: Scope = "sample"
    source: Source
    """A Python module with `def score(sample, **params)`; see the playground's template."""
    params: dict[str, Any] = {}
    """Params that the cases are scored with."""
    cases: Annotated[list[CaseIn], Field(min_length=1, max_length=200)]


class CustomRewardRead(Wire):
    name: str
    version: str
    """First 12 digits of the SHA-256 of kind, scope and source."""
    reference: str
    """What a spec calls it: `custom/name@version`."""
    kind: Kind
    scope: Scope
    source: str
    doc: str
    params: dict[str, Any]
    """Param → JSON schema with its default."""
    n_cases: int
    created_at: datetime


class CustomRewardList(Wire):
    items: list[CustomRewardRead]
    """Newest first."""


class CaseCreate(Strict):
    """Turn a rollout, or a sample written by hand, into a regression case of a reward."""

    reward: RewardSpec
    rollout_id: RowId | None = None
    """"The verifier is wrong here"; or give a sample."""
    sample: SampleIn | None = None
    expected: float | None
    note: Annotated[CleanStr, Field(max_length=2000)] = ""


class CaseRead(Wire):
    id: int
    reward: str
    """Name without its version."""
    params: dict[str, Any]
    sample: SampleIn
    expected: float | None
    tolerance: float
    note: str
    rollout_id: int | None
    run_id: int | None
    created_at: datetime


class CaseList(Wire):
    items: list[CaseRead]


class CaseRunRequest(Strict):
    reward: RewardSpec
    """Whose cases are run, and the version to run them with."""
    draft: Source | None = None
    draft_scope: Scope = "sample"


class CaseResult(Wire):
    case: CaseRead
    score: float | None
    reason: str | None
    passed: bool


class CaseRunRead(Wire):
    items: list[CaseResult]
    passed: int
    failed: int


def approximate_length(text: str) -> int:
    """Tokens of a text nobody has tokenised: four characters each."""
    return max(1, round(len(text) / 4))
