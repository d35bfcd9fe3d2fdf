"""Every recipe can be won: a perfect answer to a hand-written row reaches the maximum of each of its rewards."""

from typing import Any, get_args

import pytest
from rftdeck.datasets import AnswerType
from rftdeck.recipes import RECIPES, ideal_completion, recipe_for
from rftdeck.rewards import REWARDS, Judged, Sample, Undecided
from rftdeck.rewards.reading import read_gold
from rftdeck.scoring import approximate_length
from rftdeck.spec import RewardSpec

ACTION = '{"action": "click", "gt_bbox": [100, 40, 181, 72], "input_text": ""}'

ROWS: list[tuple[str, str, dict[str, Any]]] = [
    ("counting", "7", {}),
    ("counting", "<answer> 0 </answer>", {}),
    ("counting", "They are six.\n#### 6", {}),
    ("visual_math", "42", {}),
    ("visual_math", "\\frac{1}{2}", {}),
    ("visual_math", "\\boxed{2\\sqrt{3}}", {}),
    ("multiple_choice", "B", {"options": ["a cat", "two dogs"]}),
    ("multiple_choice", "two dogs", {"options": ["a cat", "two dogs"]}),
    ("referring_expression", "[12, 20, 110, 95]", {}),
    ("referring_expression", "[12.5,20,110.25,95]", {}),
    ("referring_expression", '{"bbox_2d": [12, 20, 110, 95]}', {}),
    ("detection", '[{"bbox_2d":[1,2,30,40],"label":"cat"},{"bbox_2d":[50,2,70,40],"label":"dog"}]', {}),
    ("detection", "[[1, 2, 30, 40], [50, 2, 70, 40]]", {}),
    ("detection", "[]", {}),
    ("ocr", "Open  daily 9-17", {}),
    ("chart", "12.5%", {}),
    ("chart", "New York", {}),
    ("numeric_estimate", "2.4", {}),
    ("gui_step", ACTION, {}),
    ("gui_step", '{"action": "click", "gt_bbox": [100, 40], "input_text": ""}', {}),
    ("gui_step", '{"action": "type", "gt_bbox": [], "input_text": "a \\"quoted\\" word"}', {}),
    ("gui_step", '{"action": "scroll", "gt_bbox": [-100, -100], "input_text": "down"}', {}),
    ("gui_step", '{"action": "press_back", "gt_bbox": [], "input_text": ""}', {}),
    ("temporal_grounding", "[2.5, 8.0]", {}),
    ("video_question", "C", {"problem_type": "multiple choice", "options": ["a", "b", "c"]}),
    ("video_question", "3", {"problem_type": "numerical"}),
    ("video_question", "a red ball rolls", {"problem_type": "free-form"}),
]


def judged(reward: RewardSpec, completion: str, gold: str, row: dict[str, Any]) -> float | None:
    sample = Sample(completion, gold, approximate_length(completion), row, step=1, max_steps=1)
    found = REWARDS[reward.name].judge([sample], reward.params)[0]
    if isinstance(found, Undecided):
        return None
    return found.score if isinstance(found, Judged) else found


def counted(rewards: list[RewardSpec]) -> list[RewardSpec]:
    """Those that a single completion can win."""
    return [reward for reward in rewards if REWARDS[reward.name].scope == "sample"]


@pytest.mark.parametrize(("name", "gold", "row"), ROWS)
def test_a_perfect_answer_reaches_the_maximum(name: str, gold: str, row: dict[str, Any]) -> None:
    rewards = RECIPES[name].rewards
    completion = ideal_completion(gold, rewards)
    for reward in counted(rewards):
        maximum = REWARDS[reward.name].maximum_of(reward.params)
        assert judged(reward, completion, gold, row) == pytest.approx(maximum), completion


@pytest.mark.parametrize(("name", "gold", "row"), ROWS)
def test_an_empty_answer_does_not(name: str, gold: str, row: dict[str, Any]) -> None:
    for reward in counted(RECIPES[name].rewards):
        assert judged(reward, "<think></think>", gold, row) == 0.0


def test_every_recipe_was_tried_and_is_in_the_library() -> None:
    assert {name for name, *_ in ROWS} == set(RECIPES)
    for name, recipe in RECIPES.items():
        assert recipe.task_type == name
        assert recipe.answer_type in get_args(AnswerType)
        assert all(REWARDS[reward.name].check_params(reward.params) == {} for reward in recipe.rewards)


@pytest.mark.parametrize("name", RECIPES)
def test_the_prompt_asks_for_what_the_rewards_look_for(name: str) -> None:
    recipe = RECIPES[name]
    boxed = any(reward.name == "think_boxed" for reward in recipe.rewards)
    assert "<think> </think>" in recipe.system_prompt
    assert ("\\boxed{}" if boxed else "<answer> </answer>") in recipe.system_prompt
    assert ("\\boxed{{answer}}" if boxed else "<answer>") in recipe.ideal


@pytest.mark.parametrize(
    ("name", "answer", "row"),
    [
        ("counting", "7", {}),
        ("visual_math", "\\frac{1}{2}", {}),
        ("referring_expression", "[12, 20, 110, 95]", {}),
        ("detection", "[[1, 2, 30, 40]]", {}),
        ("temporal_grounding", "[2.5, 8.0]", {}),
    ],
)
def test_the_template_is_perfect_too(name: str, answer: str, row: dict[str, Any]) -> None:
    recipe = RECIPES[name]
    completion = recipe.ideal.replace("{answer}", answer)
    for reward in recipe.rewards:
        assert judged(reward, completion, answer, row) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("gold", "names"),
    [
        ("[[1, 2, 30, 40]]", ["detection", "think_answer", "soft_overlong", "repetition", "language"]),
        ("[[1, 2, 30, 40]]", ["staged_iou", "tag_count"]),
        ("[1, 2, 30, 40]", ["iou", "answer_only"]),
        (ACTION, ["ui_r1", "gui_format"]),
        (
            '{"bbox": [0, 0, 40, 40], "point_1": [10, 10], "point_2": [20, 20]}',
            ["segmentation", "think_answer"],
        ),
        ("\\frac{1}{2}", ["math", "length_band", "repetition"]),
        ("9", ["exact_answer", "think_boxed"]),
        ("9", ["format_and_correct", "numeric_tolerance", "anls", "word_accuracy", "relaxed_accuracy"]),
    ],
)
def test_an_ideal_completion_for_any_rewards(gold: str, names: list[str]) -> None:
    params: dict[str, dict[str, Any]] = {
        "soft_overlong": {"max_length": 128, "cache": 32},
        "length_band": {"accuracy": "math", "min_tokens": 600, "max_tokens": 700},
    }
    rewards = [RewardSpec(name=name, params=params.get(name, {})) for name in names]
    completion = ideal_completion(gold, rewards)
    for reward in rewards:
        maximum = REWARDS[reward.name].maximum_of(reward.params)
        assert judged(reward, completion, gold, {}) == pytest.approx(maximum), reward.name


def test_a_gold_is_unwrapped_and_kept_as_it_is() -> None:
    rewards = [RewardSpec(name="exact_answer")]
    assert ideal_completion("so\n#### 1,234", rewards).endswith("<answer>1,234</answer>")
    assert ideal_completion('{"a": [1]}', rewards).endswith('<answer>{"a": [1]}</answer>')
    assert read_gold("<answer> 5 </answer>") == "5"
    assert read_gold("#### a\nb") == "#### a\nb"


@pytest.mark.parametrize(
    ("task_type", "answer_type", "expected"),
    [
        ("ocr", "text", "ocr"),
        ("unheard of", "boxes", "detection"),
        (None, "choice", "multiple_choice"),
        (None, "point", None),
        (None, None, None),
    ],
)
def test_recipe_for(task_type: str | None, answer_type: AnswerType | None, expected: str | None) -> None:
    assert recipe_for(task_type, answer_type) == expected
