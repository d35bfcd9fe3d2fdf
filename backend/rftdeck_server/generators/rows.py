"""What generators make."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class MadeRow:
    prompt: str
    """The question; `<image>` and `<video>` mark the places of images and videos."""
    answer: str
    """Exact gold."""
    answer_type: str
    task_type: str
    images: list[bytes] = field(default_factory=list)
    """PNG files."""
    videos: list[list[bytes]] = field(default_factory=list)
    """Frames, PNG files."""
    objects: dict[str, Any] | None = None
    """What is in the first image: `bbox`, `ref`, `point`, in pixels."""
    solution: str | None = None
    difficulty: float | None = None
    """0 to 1."""
    extra: dict[str, Any] = field(default_factory=dict)
    """Other columns that rewards read."""


class GeneratorError(ValueError):
    """A task or a param that is not there or cannot be. `path` names the field."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason
