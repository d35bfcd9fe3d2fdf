"""Every recipe of the field can be taught: a perfect answer reaches the maximum on rows that are made here."""

from typing import get_args

import pytest
from rftdeck.datasets import AnswerType
from rftdeck.ideal import check_ideal
from rftdeck.recipes import RECIPES
from rftdeck.sandbox import Judge
from rftdeck.scoring import SampleIn
from rftdeck_server.generators import catalogue, generate

ROWS = 6


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_a_perfect_answer_reaches_the_maximum(name: str) -> None:
    recipe = RECIPES[name]
    makers = [info for info in catalogue() if info.recipe == name]
    assert makers, f"no generator makes rows for {name}"
    with Judge() as judge:
        for info in makers[:3]:
            rows = list(generate(info.kind, info.task, {}, difficulty=None, size=ROWS, seed=11))
            assert {row.answer_type for row in rows} <= set(get_args(AnswerType))
            samples = [
                SampleIn(completion="", answer=row.answer, row={**row.extra, "objects": row.objects})
                for row in rows
            ]
            found = check_ideal(judge.score, recipe.rewards, samples, [None] * len(rows), {})
            assert found.passed, found.failures[0]
            assert found.checked == ROWS


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_an_answer_to_another_question_does_not_reach_it(name: str) -> None:
    """The check can fail: without this the test above would pass with rewards that always say yes."""
    recipe = RECIPES[name]
    info = next(info for info in catalogue() if info.recipe == name)
    rows = list(generate(info.kind, info.task, {}, difficulty=None, size=24, seed=12))
    one, other = next(
        (a, b) for a in rows for b in rows if a.answer != b.answer and a.answer_type == b.answer_type
    )
    with Judge() as judge:
        right = check_ideal(
            judge.score,
            recipe.rewards,
            [SampleIn(completion="", answer=one.answer, row=one.extra)],
            [None],
            {},
        )
        assert right.example is not None
        wrong = SampleIn(completion=right.example, answer=other.answer, row=other.extra)
        assert not check_ideal(judge.score, recipe.rewards, [wrong], [None], {}).passed
