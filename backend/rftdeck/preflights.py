"""Pre-flight: can this data and this reward teach anything, and what will the run cost?"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from rftdeck.base import Strict, Wire
from rftdeck.rollouts import Message
from rftdeck.scoring import IdealRead
from rftdeck.spec import RunSpec
from rftdeck.states import RunState
from rftdeck.text import CleanStr


class PreflightOptions(Strict):
    n_prompts: Annotated[int, Field(ge=1, le=100_000)] = 64
    """Prompts sampled from the training split."""
    n_completions: Annotated[int, Field(ge=1, le=256)] | None = None
    """Completions a prompt; None is sampling.num_generations."""
    measured_steps: Annotated[int, Field(ge=1, le=20)] = 3
    """Real optimiser steps on a throw-away copy, to measure time and memory; the first one warms up."""


class PreflightCreate(Strict):
    spec: RunSpec
    options: PreflightOptions = PreflightOptions()


class RowPassRate(Wire):
    row: str
    """Id of the dataset row."""
    pass_rate: float
    """Share of completions whose outcome reward reaches its maximum."""
    reward_mean: float | None
    truncated: float
    """Share."""


class RewardHealth(Wire):
    name: str
    mean: float | None
    std: float | None
    none_frac: float
    timeout_frac: float
    p50_latency_s: float
    p95_latency_s: float
    reason: str | None
    """The commonest reason of a None."""


class TimeParts(Wire):
    """Seconds of one step."""

    generate_s: float
    reward_s: float
    update_s: float
    other_s: float


Bottleneck = Literal["generation", "rewards", "update", "other"]


class PreflightResult(Wire):
    n_prompts: int
    n_completions: int
    histogram: list[int]
    """n_completions + 1 counts: prompts that pass 0, 1, … times. Empty without an outcome reward."""
    pass_rate: float | None
    """Mean over all completions."""
    all_correct_frac: float | None
    all_wrong_frac: float | None
    zero_std_frac: float
    """Share of the sampled prompts whose completions all got the same reward."""
    expected_no_signal_frac: float
    """Share of groups of num_generations in which all completions pass or all fail, from the pass rates; without an
    outcome reward it is zero_std_frac."""
    truncated_frac: float
    mean_length: float
    """Tokens."""
    p95_length: float
    prompt_length_mean: float
    """Tokens."""
    prompt_length_max: int
    rewards: list[RewardHealth]
    rows: list[RowPassRate]
    ideal: IdealRead | None
    """None when no row has a gold."""
    tokens_per_second: float
    """Sampled, in generation alone."""
    step_time_s: float
    """Median of the measured steps after the first."""
    parts: TimeParts
    bottleneck: Bottleneck
    startup_s: float
    """Loading model and data."""
    evaluation_s: float
    """Estimate of one held-out evaluation; 0 without one."""
    duration_s: float
    """Estimate of the whole run: start, steps, evaluations."""
    memory_bytes: int
    """Peak of the process: on a GPU of its memory, otherwise resident."""
    memory_limit_bytes: int | None
    """Of the device or machine."""
    device: str


class PreflightRead(Wire):
    run_id: int
    """A pre-flight is a run of kind `preflight`: it is queued, claimed, watched and cancelled like one."""
    state: RunState
    state_reason: str | None
    phase: str | None
    phase_fraction: float | None
    options: PreflightOptions
    result: PreflightResult | None
    created_at: datetime


class FilterRequest(Strict):
    """Keep the rows whose pass rate lies within the band, as a new data set."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
    min_pass_rate: Annotated[float, Field(ge=0, le=1)] = 0.1
    max_pass_rate: Annotated[float, Field(ge=0, le=1)] = 0.9


# ---- questions to a worker ------------------------------------------------------------------------------------------


class PromptPreviewCreate(Strict):
    """Ask a worker what the model sees of a prompt."""

    spec: RunSpec
    """Its model and dataset sections count."""
    prompt: Annotated[CleanStr, Field(max_length=200_000)] | None = None
    """Text to put into the template; None takes row number `row` of the data set."""
    row: Annotated[int, Field(ge=0)] = 0


class PromptToken(Wire):
    id: int
    text: str


class PromptPreview(Wire):
    messages: list[Message]
    text: str
    """After the chat template."""
    tokens: list[PromptToken]
    """The first 4,000."""
    n_tokens: int
    n_image_tokens: int
    answer: str | None


class QuestionRead(Wire):
    id: int
    state: Literal["waiting", "asked", "answered", "failed"]
    question: PromptPreviewCreate
    answer: PromptPreview | None
    error: str | None
    created_at: datetime


class QuestionClaimRequest(Strict):
    worker: Annotated[str, Field(min_length=1, max_length=200)]
    queues: list[str] = Field(default=["default"], min_length=1)


class QuestionAnswer(Strict):
    """Exactly one of the two."""

    answer: PromptPreview | None = None
    error: Annotated[CleanStr, Field(max_length=20_000)] | None = None
