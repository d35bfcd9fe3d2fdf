"""Which column is likely to be what, by the names that data sets commonly use."""

from collections.abc import Mapping as Names
from typing import Any

from rftdeck.datasets import Mapping, RecordFormat

NAMES: dict[str, tuple[str, ...]] = {
    "prompt": (
        "messages", "prompt", "problem", "question", "instruction", "query", "conversations", "input", "question_text",
        "text", "task",
    ),
    "answer": (
        "answer", "gold", "ground_truth", "target", "label", "solution", "final_answer", "expected", "output",
        "response", "reward_model.ground_truth",
    ),
    "images": ("images", "image", "image_path", "file_name", "img", "picture", "screenshot"),
    "videos": ("videos", "video", "video_path"),
    "audios": ("audios", "audio", "audio_path"),
    "objects": ("objects",),
    "options": ("options", "choices", "multi_choice"),
    "solution": ("rationale", "explanation", "reasoning", "cot", "solution"),
    "split": ("split",),
    "id": ("id", "question_id", "problem_id", "uid"),
    "source": ("source", "data_source", "dataset"),
    "difficulty": ("difficulty",),
}  # fmt: skip


def guess(format: RecordFormat, samples: Names[str, Any]) -> Mapping:
    """The first common name of each kind that is there; other spellings by case alone."""
    by_lower = {name.casefold(): name for name in samples}
    found: dict[str, str] = {}
    for kind, names in NAMES.items():
        for name in names:
            column = by_lower.get(name.split(".")[0])
            if column is not None and column not in found.values():
                found[kind] = column + name[len(name.split(".")[0]) :]
                break
    return Mapping.model_validate({"format": format, **found})
