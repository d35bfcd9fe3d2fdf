"""What holds for every reward, whatever a model writes and whatever stands in a row."""

import time
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rftdeck.rewards import REWARDS, Judged, Sample, Undecided

PARAMS: dict[str, dict[str, Any]] = {"soft_overlong": {"max_length": 100, "cache": 20}}
RANGES = {
    "detection": (0.0, 2.0),
    "segmentation": (0.0, 4.0),
    "ui_r1": (0.0, 3.0),
    "think_trust": (0.0, 1.3),
    "key_steps": (0.0, 2.1),
    "consistency": (0.0, 0.5),
    "temporal_contrast": (0.0, 0.3),
    "length_band": (0.0, 0.2),
    "soft_overlong": (-1.0, 0.0),
    "cosine_length": (-1.0, 1.0),
    "kimi_length": (-0.5, 0.5),
    "repetition": (-1.0, 0.0),
    "language": (-0.1, 0.0),
}
"""As their docstrings say; all others range from 0 to 1."""
EXAMPLES = {"math": 30, "format_and_correct": 30}
"""Where each takes milliseconds in other people's parsers; for all others 40."""

GOLDS = {
    "iou": "[0, 0, 9, 9]",
    "detection": '[{"bbox_2d": [0, 0, 9, 9], "label": "a"}, {"bbox_2d": [20, 0, 30, 9], "label": "b"}]',
    "map_count": "[[0, 0, 9, 9], [20, 0, 30, 9]]",
    "staged_iou": "[[0, 0, 9, 9], [20, 0, 30, 9]]",
    "segmentation": '{"bbox": [0, 0, 9, 9], "points_1": [1, 1], "points_2": [2, 2]}',
    "gui_r1": '{"action": "click", "gt_bbox": [0, 0, 9, 9], "point": [1, 2], "input_text": ""}',
    "ui_r1": '{"action": "click", "gt_bbox": [0, 0, 9, 9], "point": [1, 2], "input_text": ""}',
    "gui_format": '{"action": "click", "point": [1, 2], "input_text": ""}',
    "rec_json": '{"bbox_2d": [0, 0, 9, 9]}',
    "tiou": "[2, 8]",
    "word_accuracy": "the cat sat",
    "anls": "the cat",
}
"""A gold that the reward can read, and that is a right answer as well; for all others a number is one."""
ROW: dict[str, Any] = {
    "problem_type": "regression",
    "options": ["5", "6"],
    "metadata": {"source_dataset": "chain_sum"},
    "key_steps": ["5"],
    "step_valid": True,
    "shuffled": False,
    "think_score": 0.5,
    "reference_confidence": 0.5,
}
SHUFFLED = ROW | {"shuffled": True}

PIECES = [
    "<think>", "</think>", "<answer>", "</answer>", "\\boxed{", "}", "{", "[", "]", ",", "5", "-3", "1e999", "NaN", "null",
    "'", '"', "####", "$", "\\frac{1}{2}", "B", "50%", " ", "the cat", *GOLDS.values(),
    "<box>(1,2),(3,4)</box><points>(1,2),(3,4)</points>",
]  # fmt: skip
anything = st.text(st.characters(exclude_categories=()), max_size=20)
in_parts = st.lists(st.sampled_from(PIECES) | anything, max_size=6).map("".join)
json_values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | anything
    | st.lists(st.floats() | anything, max_size=4)
)
rows = st.builds(
    lambda changes: {key: value for key, value in (ROW | changes).items() if value is not ...},
    st.dictionaries(
        st.sampled_from([*ROW, "image_size", "resized_size"]),
        json_values | st.dictionaries(anything, json_values, max_size=2) | st.just(...),
        max_size=3,
    ),
)


@st.composite
def changed(draw: st.DrawFn, text: str) -> str:
    """With a piece of it replaced."""
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 3)))
    return (
        text[:start] + draw(st.sampled_from(["", "1", "7", "-", ".", "e9", "]", "}", '"', ","])) + text[end:]
    )


def groups_for(name: str) -> st.SearchStrategy[list[Sample]]:
    gold = GOLDS.get(name, "5")
    answers = st.just(gold) | changed(gold) | in_parts
    return st.lists(
        st.builds(
            Sample,
            completion=st.builds("<think>{}</think><answer>{}</answer>".format, anything, answers)
            | st.builds("<think></think>\\boxed{{{}}}".format, answers)
            | in_parts,
            answer=st.just(gold) | changed(gold) | st.none() | in_parts,
            length=st.integers(0, 10**7),
            row=st.sampled_from([ROW, SHUFFLED]) | rows,
            step=st.integers(0, 10**7),
            max_steps=st.integers(1, 10**7) | st.none(),
        ),
        min_size=1,
        max_size=4,
    )


def bare(name: str, group: Sequence[Sample]) -> list[float | None]:
    """Scores in the range that the docstring gives, or None for Undecided."""
    found = REWARDS[name].judge(group, PARAMS.get(name, {}))
    assert len(found) == len(group)
    low, high = RANGES.get(name, (0.0, 1.0))
    scores: list[float | None] = []
    for item in found:
        if isinstance(item, Undecided):
            assert item.reason
            scores.append(None)
            continue
        if isinstance(item, Judged):
            assert len(item.parsed or "") <= 1_000
            assert item.why
        value = item.score if isinstance(item, Judged) else item
        assert isinstance(value, float)
        assert low - 1e-9 <= value <= high + 1e-9
        scores.append(value)
    return scores


@pytest.mark.parametrize("name", REWARDS)
def test_nothing_breaks_a_reward(name: str) -> None:
    seen: set[float | None] = set()
    gold = GOLDS.get(name, "5")
    right = f"<think>so</think><answer>{gold}</answer>"

    @settings(
        max_examples=EXAMPLES.get(name, 40),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        database=None,
    )
    @given(groups_for(name))
    @example([Sample(right, gold, row=ROW), Sample(right, gold, row=SHUFFLED)])
    def check(group: list[Sample]) -> None:
        seen.update(bare(name, group))

    check()
    assert seen - {None}, "nothing was ever decided"


@pytest.mark.parametrize("name", [name for name, reward in REWARDS.items() if reward.scope == "group"])
def test_the_order_of_siblings_does_not_matter(name: str) -> None:
    sibling = st.builds(
        Sample,
        completion=st.sampled_from(["<answer>5</answer>", "<answer>6</answer>", ""]),
        answer=st.just("5"),
        length=st.integers(0, 1000),
        row=st.fixed_dictionaries(
            {
                "problem_type": st.just("numerical"),
                "shuffled": st.booleans(),
                "think_score": st.floats(0, 1),
                "reference_confidence": st.floats(0, 1),
            }
        ),
    )

    @settings(max_examples=40, deadline=None, database=None)
    @given(
        st.lists(sibling, min_size=1, max_size=6).flatmap(
            lambda group: st.tuples(st.just(group), st.permutations(range(len(group))))
        )
    )
    def check(case: tuple[list[Sample], list[int]]) -> None:
        group, order = case
        straight, mixed = bare(name, group), bare(name, [group[place] for place in order])
        assert mixed == [straight[place] for place in order]

    check()


@pytest.mark.parametrize("name", REWARDS)
def test_a_reward_says_what_it_is(name: str) -> None:
    reward = REWARDS[name]
    assert reward.name == name
    assert "ource:" in reward.doc or "arXiv" in reward.doc
    for param, schema in reward.params_schema.items():
        assert "type" in schema or "enum" in schema, param
    if name not in PARAMS:
        assert reward.check_params({}) == {}
    _, high = RANGES.get(name, (0.0, 1.0))
    maximum = reward.maximum_of(PARAMS.get(name, {}))
    assert maximum is None or maximum == pytest.approx(high)


SIZE = 100_000
HOSTILE = {
    "open thoughts": "<think>",
    "closed thoughts": "</think>",
    "open answers": "<answer>",
    "closed answers": "</answer>",
    "pairs": "<think></think>",
    "pairs in the middle": "</think><answer>",
    "boxes": "\\boxed{",
    "braces": "{",
    "brackets": "[",
    "numbers in brackets": "[1,",
    "digits": "1",
    "thousands": "1,111",
    "points": "1.",
    "spaces": " ",
    "bracket and spaces": "[ ",
    "objects": '{"bbox_2d":[0,0,1,1]},',
    "boxes of the source": "<box>(1,2)",
    "backslashes": "\\",
    "letters": "a",
    "words": "a b ",
}


@pytest.mark.parametrize("wrap", ["{}", "<think>{}</think><answer>[{}]</answer>"])
@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_bounded_time(unit: str, wrap: str) -> None:
    """A quadratic search takes minutes for such texts."""
    text = wrap.replace("{}", unit * (SIZE // len(unit)))
    for name in REWARDS:
        sample = Sample(text, GOLDS.get(name, "5"), 10, ROW, step=1, max_steps=2)
        began = time.process_time()
        bare(name, [sample])
        assert time.process_time() - began < 2.0, name


@pytest.mark.parametrize("unit", [*HOSTILE.values(), "(", "|", "-", "[1,2),", "\\frac{", "\\sqrt{1+"])
def test_hostile_formulas_take_bounded_time(unit: str) -> None:
    """The parser of formulas is not ours: what reaches it is bounded in length and depth."""
    began = time.process_time()
    bare("math", [Sample(f"<answer>{unit * (480 // len(unit))}</answer>", "5")])
    assert time.process_time() - began < 4.0
