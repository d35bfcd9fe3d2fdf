import pytest
from hypothesis import given
from hypothesis import strategies as st
from rftdeck.rewards import REWARDS, Sample, Undecided

PARAMS = {"soft_overlong": {"max_length": 100, "cache": 20}}


def score(name: str, completion: str = "", answer: str | None = "5", length: int = 1) -> float | Undecided:
    sample = Sample(completion=completion, answer=answer, length=length)
    return REWARDS[name].function(sample, **PARAMS.get(name, {}))


@pytest.mark.parametrize(
    ("completion", "answer", "expected"),
    [
        ("<answer>5</answer>", "5", 1.0),
        ("<answer> 5 \n</answer>", "5", 1.0),
        ("<answer>5</answer>", "<answer> 5 </answer>", 1.0),
        ("<answer>1234</answer>", "so it is\n#### 1,234", 1.0),
        ("<answer>Paris</answer>", "paris", 1.0),
        ("<answer>4</answer><answer>5</answer>", "5", 1.0),
        ("<answer>55</answer>", "5", 0.0),
        ("5", "5", 0.0),
        ("<answer>5", "5", 0.0),
    ],
)
def test_exact_answer(completion: str, answer: str, expected: float) -> None:
    assert score("exact_answer", completion, answer) == expected


@pytest.mark.parametrize("gold", [None, "", "  "])
def test_exact_answer_without_a_gold_is_undecided(gold: str | None) -> None:
    assert isinstance(score("exact_answer", "<answer>5</answer>", gold), Undecided)


@pytest.mark.parametrize(
    ("completion", "expected"),
    [
        ("<think>a</think><answer>b</answer>", 1.0),
        ("<think>a\n</think>\n <answer>\nb</answer>", 1.0),
        ("so: <think>a</think><answer>b</answer>", 0.0),
        ("<think>a</think><answer>b", 0.0),
        ("<think>a</think><think></think><answer>b</answer>", 0.0),
    ],
)
def test_think_answer(completion: str, expected: float) -> None:
    assert score("think_answer", completion) == expected


def test_tag_count_gives_a_quarter_for_each_single_tag() -> None:
    assert score("tag_count", "<think></think><answer>") == 0.75
    assert score("tag_count", "<think><think></think><answer>") == 0.5


@pytest.mark.parametrize(("length", "expected"), [(80, 0.0), (90, -0.5), (101, -1.0)])
def test_soft_overlong_golden_vector(length: int, expected: float) -> None:
    assert score("soft_overlong", length=length) == expected


@pytest.mark.parametrize("name", REWARDS)
@given(completion=st.text(st.characters(exclude_categories=())), length=st.integers(0, 10_000))
def test_no_text_breaks_a_reward(name: str, completion: str, length: int) -> None:
    value = score(name, completion, length=length)
    assert isinstance(value, float)
    assert -1 <= value <= 1
