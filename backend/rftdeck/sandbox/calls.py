"""What is asked of the reward processes, and what they answer."""

from dataclasses import dataclass, field
from typing import Any

from rftdeck.rewards.core import Scope

MIB = 2**20


@dataclass(frozen=True)
class Limits:
    """Of one reward process; the kernel enforces them."""

    memory_bytes: int = 2048 * MIB
    """Address space."""
    cpu_s: int = 3600
    """Processor time of its whole life. A process that reaches it is replaced, at the price of no score."""
    file_bytes: int = 16 * MIB
    """Of each file that it writes."""
    scratch_bytes: int = 256 * MIB
    """Of its scratch directory; looked at a few times a second while code runs."""
    open_files: int = 64
    batch_s: float = 120.0
    """Past it the rest of a batch is not scored: samples that hang one after the other must not stop a training."""
    deaths: int = 16
    """Reward processes that one reward may use up in a batch; then the rest of the batch is not scored by it."""


@dataclass(frozen=True)
class Call:
    """One reward to apply."""

    name: str
    """Key of REWARDS, or any label when source is given."""
    params: dict[str, Any] = field(default_factory=dict)
    timeout_s: float = 5.0
    """Hard limit for one sample; for a group reward for one group."""
    source: str | None = None
    """Code of a custom reward: a Python module with `def score(sample, **params)`."""
    scope: Scope = "sample"
    """Used when source is given; with `group` it is `def score(group, **params)` and returns a list."""


@dataclass(frozen=True)
class Verdict:
    """What one reward says of one sample."""

    score: float | None
    """Finite; None when the reward could not decide or failed."""
    reason: str | None
    """Why there is no score."""
    traceback: str | None
    """Of the exception that the reward code raised, without our own frames."""
    parsed: str | None
    """What was read from the completion as its answer."""
    why: str | None
    """How the score came about."""
    seconds: float
    """Of a group reward: the share of this sample in the time of its group."""
    timed_out: bool = False


@dataclass(frozen=True)
class Described:
    """What a custom reward says of itself."""

    params: dict[str, Any]
    """Param → JSON schema with its default."""
    doc: str
    error: str | None = None
    """Why the module cannot be used."""
    traceback: str | None = None
