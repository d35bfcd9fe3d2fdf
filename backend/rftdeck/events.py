"""What happens in a run, as one discriminated union shared by worker, server, scripts and browser."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator
from typing_extensions import TypeAliasType

from rftdeck.base import Wire
from rftdeck.preflights import PreflightResult
from rftdeck.rollouts import GroupCapture, Mode
from rftdeck.states import Outcome, Request, RunState
from rftdeck.text import CleanStr


class RunStateChanged(Wire):
    """Written by the server alone, in the transaction that changes the state."""

    type: Literal["run.state_changed"] = "run.state_changed"
    from_state: RunState | None
    """None when the run was created."""
    to_state: RunState
    reason: CleanStr | None = None


class RunRequested(Wire):
    """A person asked for the run to stop, pause or be cancelled."""

    type: Literal["run.requested"] = "run.requested"
    request: Request


class AttemptStarted(Wire):
    type: Literal["attempt.started"] = "attempt.started"
    hostname: str
    pid: int
    device: str
    """What the model trains on, e.g. `cpu` or `NVIDIA H200`."""
    versions: dict[str, str] = {}
    resume_step: int = Field(default=0, ge=0)
    """Step of the checkpoint this attempt resumes from; later steps of older attempts are superseded."""


class AttemptEnded(Wire):
    """The last event of an attempt; the server moves the run to the state that follows from it."""

    type: Literal["attempt.ended"] = "attempt.ended"
    outcome: Outcome
    reason: CleanStr | None = None
    traceback: CleanStr | None = None


class PhaseChanged(Wire):
    """What the training process is doing, for the time in which no step finishes."""

    type: Literal["phase.changed"] = "phase.changed"
    phase: CleanStr
    """e.g. `loading model`, `evaluating`, `training`."""
    fraction: float | None = Field(default=None, ge=0, le=1)


class MetricsLogged(Wire):
    """Metrics as columns: `values[i][j]` is `keys[i]` at `steps[j]`, None where it was not logged or not finite."""

    type: Literal["metrics.logged"] = "metrics.logged"
    keys: list[Annotated[CleanStr, Field(min_length=1, max_length=250)]] = Field(max_length=10_000)
    steps: list[Annotated[int, Field(ge=0, lt=2**53)]] = Field(max_length=100_000)
    times: list[float]
    """Unix seconds of each step."""
    values: list[list[float | None]]

    @model_validator(mode="after")
    def _rectangular(self) -> "MetricsLogged":
        if len(self.times) != len(self.steps):
            raise ValueError(f"times has {len(self.times)} entries for {len(self.steps)} steps")
        if len(self.values) != len(self.keys):
            raise ValueError(f"values has {len(self.values)} rows for {len(self.keys)} keys")
        if any(len(row) != len(self.steps) for row in self.values):
            raise ValueError("every row of values needs one entry a step")
        if len(set(self.keys)) != len(self.keys):
            raise ValueError("keys are not unique")
        return self


class MetricsCompacted(Wire):
    """Stands in the replay where older `metrics.logged` rows were folded into the metric store: read /series."""

    type: Literal["metrics.compacted"] = "metrics.compacted"
    from_step: int
    to_step: int


class RolloutsCaptured(Wire):
    """All groups of one step, from the worker. Readers see `rollouts.stored` instead."""

    type: Literal["rollouts.captured"] = "rollouts.captured"
    step: int = Field(ge=0)
    """The step whose metrics these rollouts made (TRL's global_step once the step is finished)."""
    mode: Mode = "train"
    groups: list[GroupCapture]


class RolloutsStored(Wire):
    """Groups have been stored and can be read under /runs/{id}/groups?step=."""

    type: Literal["rollouts.stored"] = "rollouts.stored"
    step: int
    mode: Mode
    n_groups: int
    n_rollouts: int
    reward_mean: float | None


class LogWritten(Wire):
    type: Literal["log.written"] = "log.written"
    stream: Literal["stdout", "stderr", "rftdeck"] = "stdout"
    lines: list[CleanStr]


class CheckpointSaved(Wire):
    type: Literal["checkpoint.saved"] = "checkpoint.saved"
    step: int = Field(ge=0)
    path: CleanStr
    size_bytes: int = Field(ge=0)


class CheckpointDeleted(Wire):
    type: Literal["checkpoint.deleted"] = "checkpoint.deleted"
    step: int = Field(ge=0)


class PreflightFinished(Wire):
    type: Literal["preflight.finished"] = "preflight.finished"
    result: PreflightResult


class UnknownEvent(Wire):
    """An event of a newer or foreign writer: kept, streamed and replayed unchanged."""

    model_config = {"extra": "allow"}
    type: str = Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$", max_length=100)


_KNOWN = (
    RunStateChanged,
    RunRequested,
    AttemptStarted,
    AttemptEnded,
    PhaseChanged,
    MetricsLogged,
    MetricsCompacted,
    RolloutsCaptured,
    RolloutsStored,
    LogWritten,
    CheckpointSaved,
    CheckpointDeleted,
    PreflightFinished,
)
EVENT_TYPES = frozenset(str(model.model_fields["type"].default) for model in _KNOWN)
SERVER_ONLY = frozenset({"run.state_changed", "run.requested", "metrics.compacted", "rollouts.stored"})
"""Types that the server writes itself and refuses from outside."""


def _tag(value: Any) -> str:
    kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return kind if isinstance(kind, str) and kind in EVENT_TYPES else "unknown"


Event = TypeAliasType(
    "Event",
    Annotated[
        Annotated[RunStateChanged, Tag("run.state_changed")]
        | Annotated[RunRequested, Tag("run.requested")]
        | Annotated[AttemptStarted, Tag("attempt.started")]
        | Annotated[AttemptEnded, Tag("attempt.ended")]
        | Annotated[PhaseChanged, Tag("phase.changed")]
        | Annotated[MetricsLogged, Tag("metrics.logged")]
        | Annotated[MetricsCompacted, Tag("metrics.compacted")]
        | Annotated[RolloutsCaptured, Tag("rollouts.captured")]
        | Annotated[RolloutsStored, Tag("rollouts.stored")]
        | Annotated[LogWritten, Tag("log.written")]
        | Annotated[CheckpointSaved, Tag("checkpoint.saved")]
        | Annotated[CheckpointDeleted, Tag("checkpoint.deleted")]
        | Annotated[PreflightFinished, Tag("preflight.finished")]
        | Annotated[UnknownEvent, Tag("unknown")],
        Discriminator(_tag),
    ],
)


class SpooledEvent(Wire):
    """An event as the worker sends it."""

    seq: int = Field(gt=0, lt=2**63)
    """Ascending within an attempt: the byte offset of the end of its line in the spool."""
    time: datetime
    event: Event


class EventBatch(Wire):
    """Body of POST /runs/{id}/events."""

    attempt: int = Field(ge=1)
    token: str
    """The fencing token of the claim."""
    prev_seq: int = Field(ge=0)
    """seq of the last event sent before this batch, 0 at first; a gap is refused with 409."""
    events: list[SpooledEvent]


class IngestRead(Wire):
    last_seq: int
    """Everything up to here is committed; the spool may forget it."""
    accepted: int
    duplicates: int


class StreamedEvent(Wire):
    """An event as readers get it, from the live stream and from GET /runs/{id}/events."""

    id: int
    """Cursor: ascending over all runs."""
    run_id: int
    attempt: int | None
    """None for events of the server."""
    time: datetime
    event: Event


class EventPage(Wire):
    items: list[StreamedEvent]
    next_after: int
    """Pass as `after` to read on."""
