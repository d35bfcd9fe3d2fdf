"""The states of a run, and the one table of allowed transitions."""

from enum import StrEnum


class RunState(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    """A worker holds the lease; the training process is starting."""
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    """The training process ended with an error of its own; a restart would meet it again."""
    CANCELLED = "cancelled"
    CRASHED = "crashed"
    """The process or its worker vanished; queued again while the restart policy allows."""


class Request(StrEnum):
    """What a person asked of a run, to be carried out by its worker."""

    STOP = "stop"
    """End after the current step, with a checkpoint; the run is then completed."""
    CANCEL = "cancel"
    """End at once."""
    PAUSE = "pause"
    """End after the current step, with a checkpoint, ready to resume."""


class Outcome(StrEnum):
    """How an attempt ended."""

    COMPLETED = "completed"
    STOPPED = "stopped"
    PAUSED = "paused"
    FAILED = "failed"
    CANCELLED = "cancelled"
    CRASHED = "crashed"


TRANSITIONS: dict[RunState, frozenset[RunState]] = {
    RunState.QUEUED: frozenset({RunState.CLAIMED, RunState.PAUSED, RunState.CANCELLED}),
    RunState.CLAIMED: frozenset(
        {RunState.RUNNING, RunState.PAUSING, RunState.FAILED, RunState.CANCELLED, RunState.CRASHED}
    ),
    RunState.RUNNING: frozenset(
        {RunState.PAUSING, RunState.COMPLETED, RunState.FAILED, RunState.CANCELLED, RunState.CRASHED}
    ),
    RunState.PAUSING: frozenset(
        {RunState.PAUSED, RunState.COMPLETED, RunState.FAILED, RunState.CANCELLED, RunState.CRASHED}
    ),
    RunState.PAUSED: frozenset({RunState.QUEUED, RunState.CANCELLED}),
    RunState.CRASHED: frozenset({RunState.QUEUED, RunState.PAUSED, RunState.COMPLETED, RunState.CANCELLED}),
    RunState.FAILED: frozenset({RunState.QUEUED}),
    RunState.COMPLETED: frozenset(),
    RunState.CANCELLED: frozenset(),
}

ACTIVE = frozenset({RunState.CLAIMED, RunState.RUNNING, RunState.PAUSING})
"""A worker holds a lease on the run."""

FINISHED = frozenset({RunState.COMPLETED, RunState.FAILED, RunState.CANCELLED, RunState.CRASHED})
"""Nothing more happens unless a person or the restart policy asks for it."""


class TransitionError(ValueError):
    """A run cannot go from one state to the other."""

    def __init__(self, old: RunState, new: RunState) -> None:
        super().__init__(f"a {old} run cannot become {new}")
        self.old, self.new = old, new


def check_transition(old: RunState, new: RunState) -> None:
    """Raise TransitionError unless the table allows old → new."""
    if new not in TRANSITIONS[old]:
        raise TransitionError(old, new)
