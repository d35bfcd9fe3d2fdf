"""Runs, attempts, claims and workers as they cross the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from rftdeck.base import Strict, Wire
from rftdeck.preflights import PreflightOptions
from rftdeck.rewards.core import Kind, Scope
from rftdeck.spec import Name, RunSpec
from rftdeck.states import Outcome, Request, RunState
from rftdeck.text import CleanStr

RunKind = Literal["managed", "external", "preflight"]
"""Managed runs are trained by our workers; external ones are logged by a script of its own; a pre-flight tries a spec."""


class RunRead(Wire):
    id: int
    name: str
    experiment: str
    tags: list[str]
    notes: str
    kind: RunKind
    state: RunState
    requested: Request | None
    """What a person asked for and the worker has not finished yet."""
    state_reason: str | None
    phase: str | None
    """What the training process is doing while no step finishes."""
    phase_fraction: float | None
    priority: int
    queue: str
    worker: str | None
    attempt: int
    """Number of the newest attempt; 0 before the first claim."""
    step: int
    max_steps: int | None
    created_at: datetime
    started_at: datetime | None
    """When the first attempt started."""
    finished_at: datetime | None
    latest: dict[str, float | None]
    """Newest values of the headline metrics."""
    sparkline: list[float | None]
    """The reward over the whole run, at most 40 points."""


class RunDetail(RunRead):
    spec: RunSpec | None
    """None for external runs."""
    config: dict[str, Any]
    """What an external script said of itself."""
    algorithm: dict[str, Any]
    """The algorithm section with every effective value."""
    last_event_id: int
    """Open the stream after this id to miss nothing."""


class RunUpdate(Strict):
    """Fields that are not sent stay as they are."""

    name: Name | None = None
    tags: list[Annotated[str, Field(min_length=1, max_length=60)]] | None = Field(default=None, max_length=50)
    notes: Annotated[CleanStr, Field(max_length=20_000)] | None = None
    priority: Annotated[int, Field(ge=-1000, le=1000)] | None = None


class RunPage(Wire):
    items: list[RunRead]
    next_cursor: str | None
    total: int
    """Runs that match the filter."""


class ExternalRunCreate(Strict):
    """A run that a script of its own trains and logs."""

    name: Name
    experiment: Name = "default"
    tags: list[str] = []
    config: dict[str, Any] = {}
    max_steps: int | None = Field(default=None, ge=1)
    hostname: str = ""


class Finding(Wire):
    """Something about a spec that a person should know before the launch."""

    level: Literal["error", "warning"]
    path: str
    """Field, e.g. `sampling.num_generations`."""
    reason: str
    fix: str


class Difference(Wire):
    field: str
    grpo: Any
    value: Any


class Estimate(Wire):
    rollouts: int
    """Completions that the whole run samples."""
    prompts_per_step: float
    max_completion_tokens: int
    """Upper bound of sampled tokens."""
    duration_s: float | None
    """From the newest completed run with this model, batch and length; None without one."""


class ValidationRead(Wire):
    ok: bool
    """False when a finding is an error."""
    findings: list[Finding]
    spec: RunSpec | None
    """The spec with all defaults; None when it does not parse."""
    algorithm: dict[str, Any]
    differences: list[Difference]
    """How the algorithm section differs from GRPO."""
    estimate: Estimate | None


class AttemptRead(Wire):
    number: int
    worker: str
    hostname: str | None
    device: str | None
    versions: dict[str, str]
    resume_step: int
    claimed_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    outcome: Outcome | None
    reason: str | None
    traceback: str | None


class AttemptList(Wire):
    items: list[AttemptRead]


class CheckpointRead(Wire):
    step: int
    attempt: int
    path: str
    size_bytes: int
    saved_at: datetime
    worker: str


class CheckpointList(Wire):
    items: list[CheckpointRead]


class LogLine(Wire):
    id: int
    """Event id; several lines of one write share it."""
    attempt: int
    time: datetime
    stream: str
    text: str


class LogPage(Wire):
    items: list[LogLine]
    next_after: int
    """Pass as `after` to read on."""


class ClaimRequest(Strict):
    worker: Annotated[str, Field(min_length=1, max_length=200)]
    hostname: str = ""
    queues: list[str] = Field(default=["default"], min_length=1)


class CustomReward(Wire):
    """Code of a reward that a person wrote, pinned by its content."""

    kind: Kind
    scope: Scope
    source: str
    """A Python module with `def score(sample, **params)`."""


class Claim(Wire):
    """The lease on a run. Whoever holds the newest token writes its events."""

    run_id: int
    attempt: int
    token: str
    """Fencing token."""
    lease_s: float
    """Heartbeats must come more often than this."""
    name: str
    spec: RunSpec | None
    preflight: PreflightOptions | None = None
    """None for a training."""
    checkpoint: str | None
    """Directory to resume from."""
    checkpoint_step: int
    custom_rewards: dict[str, CustomReward] = {}
    """RewardSpec.name → code, for the rewards of the spec that are not in the library."""


class Heartbeat(Strict):
    attempt: int
    token: str


class HeartbeatRead(Wire):
    requested: Request | None
    lease_s: float


class WorkerBeat(Strict):
    """What a worker says of itself, every few seconds."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    hostname: str
    queues: list[str]
    slots: int = Field(ge=1)
    device: str
    versions: dict[str, str] = {}


class WorkerRead(WorkerBeat):
    last_seen_at: datetime
    alive: bool
    run_ids: list[int]


class WorkerList(Wire):
    items: list[WorkerRead]


class ExperimentRead(Wire):
    name: str
    n_runs: int
    last_run_at: datetime


class ExperimentList(Wire):
    items: list[ExperimentRead]


class FieldProblem(Wire):
    path: str
    reason: str
    fix: str | None = None


class Problem(Wire):
    """RFC 9457 problem document."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []
    """Which fields are wrong, and how to mend them."""
