"""Verifiable rewards: plain Python, no torch.

A reward scores one completion, or the completions of one prompt together. It returns a float, a Judged (a score with
what was parsed and why), or an Undecided with the reason when it cannot decide: never a silent 0 or 1.
"""

from rftdeck.rewards.answers import exact_answer, multiple_choice, problem_type
from rftdeck.rewards.core import Judged, Kind, Reward, Sample, Scope, Score, Undecided
from rftdeck.rewards.formats import (
    answer_only,
    format_and_correct,
    rec_json,
    tag_count,
    think_answer,
    think_boxed,
)
from rftdeck.rewards.grounding import detection, iou, map_count, segmentation, staged_iou
from rftdeck.rewards.gui import gui_format, gui_r1, ui_r1
from rftdeck.rewards.lengths import cosine_length, kimi_length, language, repetition, soft_overlong
from rftdeck.rewards.mathematics import math
from rftdeck.rewards.numbers import mra, numeric_tolerance, relaxed_accuracy
from rftdeck.rewards.process import consistency, key_steps, think_trust
from rftdeck.rewards.reasoning import reasoning_gym
from rftdeck.rewards.temporal import tiou
from rftdeck.rewards.texts import anls, word_accuracy
from rftdeck.rewards.video import length_band, temporal_contrast

REWARDS: dict[str, Reward] = {
    reward.name: reward
    for reward in (
        Reward("exact_answer", Kind.OUTCOME, exact_answer),
        Reward("math", Kind.OUTCOME, math),
        Reward("multiple_choice", Kind.OUTCOME, multiple_choice),
        Reward("problem_type", Kind.OUTCOME, problem_type, needs=("problem_type",)),
        Reward("mra", Kind.OUTCOME, mra),
        Reward("numeric_tolerance", Kind.OUTCOME, numeric_tolerance),
        Reward("relaxed_accuracy", Kind.OUTCOME, relaxed_accuracy),
        Reward("anls", Kind.OUTCOME, anls),
        Reward("word_accuracy", Kind.OUTCOME, word_accuracy),
        Reward("reasoning_gym", Kind.OUTCOME, reasoning_gym, needs=("metadata",)),
        Reward("format_and_correct", Kind.OUTCOME, format_and_correct),
        Reward("iou", Kind.OUTCOME, iou),
        Reward("detection", Kind.OUTCOME, detection, maximum=2.0),
        Reward("map_count", Kind.OUTCOME, map_count),
        Reward("staged_iou", Kind.OUTCOME, staged_iou),
        Reward("segmentation", Kind.OUTCOME, segmentation, maximum=4.0),
        Reward("gui_r1", Kind.OUTCOME, gui_r1),
        Reward("ui_r1", Kind.OUTCOME, ui_r1, maximum=3.0),
        Reward("tiou", Kind.OUTCOME, tiou),
        Reward(
            "think_trust",
            Kind.PROCESS,
            think_trust,
            scope="group",
            maximum=lambda params: 1.0 + params["weight"],
            needs=("think_score",),
        ),
        Reward(
            "key_steps",
            Kind.PROCESS,
            key_steps,
            maximum=lambda params: 2.0 + params["weight"],
            needs=("key_steps", "step_valid"),
        ),
        Reward(
            "consistency",
            Kind.PROCESS,
            consistency,
            scope="group",
            maximum=lambda params: params["weight"],
            needs=("reference_confidence",),
        ),
        Reward(
            "temporal_contrast",
            Kind.PROCESS,
            temporal_contrast,
            scope="group",
            maximum=lambda params: params["bonus"],
            needs=("shuffled",),
        ),
        Reward("think_answer", Kind.SHAPING, think_answer),
        Reward("think_boxed", Kind.SHAPING, think_boxed),
        Reward("tag_count", Kind.SHAPING, tag_count),
        Reward("answer_only", Kind.SHAPING, answer_only),
        Reward("rec_json", Kind.SHAPING, rec_json),
        Reward("gui_format", Kind.SHAPING, gui_format),
        Reward("length_band", Kind.SHAPING, length_band, maximum=lambda params: params["bonus"]),
        Reward("soft_overlong", Kind.SHAPING, soft_overlong, maximum=0.0),
        Reward("cosine_length", Kind.SHAPING, cosine_length, maximum=None),
        Reward("kimi_length", Kind.SHAPING, kimi_length, scope="group", maximum=None),
        Reward("repetition", Kind.SHAPING, repetition, maximum=0.0),
        Reward("language", Kind.SHAPING, language, maximum=0.0),
    )
}

__all__ = ["REWARDS", "Judged", "Kind", "Reward", "Sample", "Scope", "Score", "Undecided"]
