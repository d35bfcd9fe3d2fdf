"""Accuracy on reasoning-gym tasks, by each task's own verifier."""

import json
import math
from collections.abc import Callable
from functools import cache
from typing import Any

from rftdeck.rewards.core import Judged, Sample, Score, Undecided
from rftdeck.rewards.reading import NO_GOLD, no_answer, read_answer, shorten

_WITHOUT_GOLD = frozenset({"boxnet", "graph_color", "propositional_logic", "rubiks_cube", "rush_hour"})
"""Tasks with so many right answers that their rows name none: the verifier looks at the metadata alone."""


def reasoning_gym(sample: Sample) -> Score:
    """What the task's verifier gives the answer, from 0 to 1: tasks with many right answers need it.

    The entry is made again from the gold and the row's `metadata`, which names the task as `source_dataset`. The gold
    itself is right whatever the verifier says: some compare with tuples in the metadata, which are lists once they were
    stored as JSON. Undecided without metadata, without a gold for tasks that have one, and when the verifier fails.
    Source: reasoning-gym (arXiv 2505.24760), `reasoning_gym/factory.py` (get_score_answer_fn).
    """
    metadata = sample.row.get("metadata")
    if isinstance(metadata, str):
        try:
            metadata = json.loads(metadata)
        except (ValueError, RecursionError):
            metadata = None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("source_dataset"), str):
        return Undecided("the row has no metadata that names the task as source_dataset")
    task = metadata["source_dataset"]
    gold = (sample.answer or "").strip()
    if not gold and task not in _WITHOUT_GOLD:
        return NO_GOLD
    verifier = _verifier(task)
    if verifier is None:
        return Undecided(f"reasoning-gym has no task {shorten(task)!r}")
    answer = read_answer(sample.completion)
    if answer is None:
        return no_answer()
    if gold and answer == gold:
        return Judged(1.0, shorten(answer), "equals the gold")
    entry = {
        "question": sample.row.get("question", ""),
        "answer": sample.answer or None,
        "metadata": metadata,
    }
    try:
        score = float(verifier(answer, entry))
    except Exception as error:  # whatever other people's code raises
        return Undecided(shorten(f"the verifier of {task} failed: {type(error).__name__}: {error}"))
    if not math.isfinite(score):
        return Undecided(f"the verifier of {task} gave {score}")
    return Judged(min(1.0, max(0.0, score)), shorten(answer), f"as {task} verifies")


@cache
def _verifier(task: str) -> Callable[[str, dict[str, Any]], Any] | None:
    """Imported when it is first needed: it takes a second."""
    from reasoning_gym import get_score_answer_fn

    try:
        found: Callable[[str, dict[str, Any]], Any] = get_score_answer_fn(task)
    except ValueError:
        return None
    return found
