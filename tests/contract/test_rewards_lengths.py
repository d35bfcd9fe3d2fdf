"""Length, repetition, language, and the rewards that look at the way or at siblings."""

import math
from typing import Any

import pytest
from rftdeck.rewards import REWARDS, Judged, Sample, Undecided

from tests.contract.test_rewards import score

RIGHT, WRONG = "<answer>5</answer>", "<answer>6</answer>"


def bare(found: Any) -> float | None:
    if isinstance(found, Undecided):
        return None
    return found.score if isinstance(found, Judged) else found


def scores(name: str, group: list[Sample], **params: Any) -> list[float | None]:
    return [bare(found) for found in REWARDS[name].function(group, **params)]


# ---- length ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "expected"), [(80, 0.0), (90, -0.5), (100, -1.0), (101, -1.0)])
def test_soft_overlong_golden_vector(length: int, expected: float) -> None:
    sample = Sample("", length=length)
    assert REWARDS["soft_overlong"].function(sample, max_length=100, cache=20) == expected


@pytest.mark.parametrize(
    ("completion", "length", "expected"),
    [
        (RIGHT, 0, 1.0),
        (RIGHT, 50, 0.75),
        (RIGHT, 100, 0.5),
        (RIGHT, 500, 0.5),
        (WRONG, 0, -1.0),
        (WRONG, 50, -0.75),
        (WRONG, 100, -0.5),
    ],
)
def test_cosine_length_golden_vector(completion: str, length: int, expected: float) -> None:
    found = REWARDS["cosine_length"].function(Sample(completion, "5", length), max_length=100)
    assert found.score == pytest.approx(expected)


def test_kimi_length_golden_vector() -> None:
    group = [Sample(RIGHT, "5", length) for length in (100, 200, 400)]
    assert scores("kimi_length", group) == pytest.approx([0.5, 1 / 6, -0.5])


def test_kimi_length_never_pays_for_a_wrong_answer() -> None:
    group = [Sample(WRONG, "5", 100), Sample(WRONG, "5", 400), Sample(RIGHT, "5", 250)]
    assert scores("kimi_length", group) == [0.0, -0.5, 0.0]
    assert scores("kimi_length", [Sample(RIGHT, "5", 7)] * 2) == [0.0, 0.0]
    assert scores("kimi_length", [Sample(RIGHT, None, 7)]) == [None]


@pytest.mark.parametrize(
    ("text", "params", "expected"),
    [
        ("1 2 3 1 2 3 1 2 3", {"n": 3, "penalty": 1.0}, -0.5714),
        ("1 2 3 4", {}, 0.0),
        ("1 2", {}, 0.0),
        ("", {}, 0.0),
        ("A a a a", {"n": 1, "penalty": 2.0}, -1.5),
    ],
)
def test_repetition(text: str, params: dict[str, Any], expected: float) -> None:
    assert score("repetition", text, **params) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("text", "script", "expected"),
    [
        ("ab汉字", "han", -0.05),
        ("abcd", "han", 0.0),
        ("", "han", 0.0),
        ("да", "cyrillic", -0.1),
        ("é", "latin", -0.1),
    ],
)
def test_language(text: str, script: str, expected: float) -> None:
    assert score("language", text, unwanted=script) == pytest.approx(expected)


# ---- video ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("completion", "length", "expected"),
    [(RIGHT, 320, 0.2), (RIGHT, 512, 0.2), (RIGHT, 319, 0.0), (RIGHT, 513, 0.0), (WRONG, 400, 0.0)],
)
def test_length_band(completion: str, length: int, expected: float) -> None:
    sample = Sample(completion, "5", length, {"problem_type": "numerical"})
    assert REWARDS["length_band"].function(sample).score == expected


def frames(*completions: str, shuffled: bool) -> list[Sample]:
    return [Sample(text, "5", row={"shuffled": shuffled}) for text in completions]


def test_temporal_contrast_pays_when_order_helps() -> None:
    ordered, shuffled = frames(RIGHT, WRONG, shuffled=False), frames(RIGHT, WRONG, shuffled=True)
    params = {"accuracy": "exact_answer"}
    assert scores("temporal_contrast", ordered + shuffled, **params) == [0.3, 0.0, None, None]
    # .5 on ordered frames is less than .8 of 1 on shuffled ones
    assert scores("temporal_contrast", ordered + frames(RIGHT, shuffled=True), **params) == [0.0, 0.0, None]


def test_temporal_contrast_without_shuffled_siblings_is_undecided() -> None:
    group = frames(RIGHT, WRONG, shuffled=False)
    assert scores("temporal_contrast", group, accuracy="exact_answer") == [None, None]


# ---- the way --------------------------------------------------------------------------------------------------------


def thought(completion: str, think_score: float | None, step: int = 0) -> Sample:
    return Sample(completion, "5", row={"think_score": think_score}, step=step)


def test_think_trust_anneals_the_think_score() -> None:
    group = [thought(RIGHT, 0.9, step=500), thought(WRONG, 0.5, step=500)]
    share = 0.3 * math.exp(-1)
    assert scores("think_trust", group) == pytest.approx([1 + share * 0.9, share * 0.5])


def test_think_trust_falls_when_wrong_answers_have_the_better_thoughts() -> None:
    group = [thought(RIGHT, 0.2), thought(WRONG, 0.8), thought(WRONG, 0.6), thought(WRONG, None)]
    trust = math.exp(0.2 - 0.7)
    expected = [1 + 0.3 * trust * 0.2, 0.3 * trust * 0.8, 0.3 * trust * 0.6]
    found = scores("think_trust", group)
    assert found[:3] == pytest.approx(expected)
    assert found[3] is None


@pytest.mark.parametrize("value", [True, 1.5, -0.1, math.nan, "0.5", None])
def test_think_trust_takes_scores_from_0_to_1_only(value: Any) -> None:
    assert scores("think_trust", [thought(RIGHT, value)]) == [None]


def test_key_steps() -> None:
    row = {"key_steps": ["Add  the two", ["3 + 2", "3+2"], "never said"], "step_valid": True}
    text = f"I add the\ntwo: 3+2 is 5. {RIGHT}"
    assert score("key_steps", text, "5", row) == pytest.approx(1 + 0.1 * 2 / 3 + 1)
    assert score("key_steps", text, "6", row | {"step_valid": False}) == pytest.approx(0.1 * 2 / 3)
    assert score("key_steps", text, "5", row | {"step_valid": None}) is None
    assert score("key_steps", text, "5", row | {"key_steps": []}) is None
    assert score("key_steps", text, "5", row | {"key_steps": ["a", ""]}) is None


def sure(completion: str, confidence: float | None) -> Sample:
    return Sample(completion, "5", row={"reference_confidence": confidence})


def test_consistency_pays_right_answers_that_the_reference_believes() -> None:
    group = [sure(RIGHT, 0.9), sure(RIGHT, 0.79), sure(RIGHT, 0.7), sure(WRONG, 1.0), sure(RIGHT, None)]
    # the mean over right siblings is .797
    assert scores("consistency", group) == [0.5, 0.5, 0.0, 0.0, None]
