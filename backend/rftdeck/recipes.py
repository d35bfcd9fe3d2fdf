"""Rewards and wording that suit a task, after published systems."""

import json
from collections.abc import Sequence
from typing import Any

from rftdeck.base import Wire
from rftdeck.datasets import AnswerType
from rftdeck.rewards import REWARDS
from rftdeck.rewards.boxes import as_box, read_boxes
from rftdeck.rewards.grounding import read_prompts
from rftdeck.rewards.gui import read_action
from rftdeck.rewards.reading import as_point, last_boxed, read_gold
from rftdeck.spec import RewardSpec

_ACTION_REWARDS = frozenset({"gui_r1", "gui_format", "ui_r1"})
_BOXES_REWARDS = frozenset({"detection", "map_count", "staged_iou"})
_CHARACTERS_A_TOKEN = 4
"""As lengths are estimated where there is no tokenizer."""
_THOUGHT = "Looking closely, I find what was asked for."
_ASK_TAGS = (
    "First think about the question inside <think> </think>, "
    "then give only the final answer inside <answer> </answer>."
)
_ASK_BOX = "First think about the question inside <think> </think>, then give only the final answer inside \\boxed{}."
_IN_TAGS = f"<think>{_THOUGHT}</think><answer>{{answer}}</answer>"
_IN_BOX = f"<think>{_THOUGHT}</think>\\boxed{{{{answer}}}}"


class Recipe(Wire):
    title: str
    after: str
    """The system it follows."""
    task_type: str
    answer_type: AnswerType
    rewards: list[RewardSpec]
    system_prompt: str
    ideal: str
    """A perfect completion; `{answer}` stands for the gold."""


RECIPES: dict[str, Recipe] = {
    "counting": Recipe(
        title="Counting",
        after="R1-V",
        task_type="counting",
        answer_type="number",
        rewards=[RewardSpec(name="exact_answer"), RewardSpec(name="think_answer")],
        system_prompt=f"{_ASK_TAGS} The answer is a whole number in digits, e.g. <answer>7</answer>.",
        ideal=_IN_TAGS,
    ),
    "visual_math": Recipe(
        title="Visual math and geometry",
        after="EasyR1 (geometry3k)",
        task_type="visual_math",
        answer_type="latex",
        rewards=[RewardSpec(name="math", weight=0.9), RewardSpec(name="think_boxed", weight=0.1)],
        system_prompt=f"{_ASK_BOX} The answer is a number or LaTeX, e.g. \\boxed{{\\frac{{1}}{{2}}}}.",
        ideal=_IN_BOX,
    ),
    "multiple_choice": Recipe(
        title="Multiple choice",
        after="Video-R1, R1-AQA",
        task_type="multiple_choice",
        answer_type="choice",
        rewards=[RewardSpec(name="multiple_choice"), RewardSpec(name="think_answer")],
        system_prompt=f"{_ASK_TAGS} The answer is the letter of the right option, e.g. <answer>B</answer>.",
        ideal=_IN_TAGS,
    ),
    "referring_expression": Recipe(
        title="Referring expression",
        after="VLM-R1 (REC)",
        task_type="referring_expression",
        answer_type="box",
        rewards=[RewardSpec(name="iou"), RewardSpec(name="rec_json")],
        system_prompt=(
            f"{_ASK_TAGS} The answer is JSON with the box in pixels as [x1, y1, x2, y2], "
            'e.g. <answer>{"bbox_2d": [24, 40, 180, 132]}</answer>.'
        ),
        ideal=_IN_TAGS.replace("{answer}", '{"bbox_2d": {answer}}'),
    ),
    "detection": Recipe(
        title="Detection",
        after="VLM-R1 (odLength)",
        task_type="detection",
        answer_type="boxes",
        rewards=[RewardSpec(name="map_count"), RewardSpec(name="think_answer")],
        system_prompt=(
            f"{_ASK_TAGS} The answer is a JSON list of all boxes in pixels, the surest first, "
            'e.g. <answer>[{"bbox_2d": [24, 40, 180, 132], "label": "cat", "confidence": 0.9}]</answer>; '
            "without anything to find it is []."
        ),
        ideal=_IN_TAGS,
    ),
    "ocr": Recipe(
        title="Reading text",
        after="Video-R1 (OCR)",
        task_type="ocr",
        answer_type="text",
        rewards=[RewardSpec(name="word_accuracy"), RewardSpec(name="think_answer")],
        system_prompt=f"{_ASK_TAGS} The answer is the text exactly as it is written, and nothing else.",
        ideal=_IN_TAGS,
    ),
    "chart": Recipe(
        title="Charts",
        after="ChartQA",
        task_type="chart",
        answer_type="text",
        rewards=[RewardSpec(name="relaxed_accuracy"), RewardSpec(name="think_answer")],
        system_prompt=f"{_ASK_TAGS} The answer is one number or a name from the chart.",
        ideal=_IN_TAGS,
    ),
    "numeric_estimate": Recipe(
        title="Numeric estimate",
        after="VSI-Bench",
        task_type="numeric_estimate",
        answer_type="number",
        rewards=[RewardSpec(name="mra")],
        system_prompt=f"{_ASK_TAGS} The answer is one number without its unit, e.g. <answer>2.4</answer>.",
        ideal=_IN_TAGS,
    ),
    "gui_step": Recipe(
        title="One step on a screen",
        after="GUI-R1",
        task_type="gui_step",
        answer_type="action",
        rewards=[RewardSpec(name="gui_r1", weight=0.8), RewardSpec(name="gui_format", weight=0.2)],
        system_prompt=(
            f"{_ASK_TAGS} The answer is a JSON list with one action and its point in pixels, "
            'e.g. <answer>[{"action": "click", "point": [123, 401], "input_text": "no input text"}]</answer>. '
            "The action type needs its text, scroll one of up, down, left, right; "
            "without a place the point is [-100, -100]."
        ),
        ideal=_IN_TAGS,
    ),
    "temporal_grounding": Recipe(
        title="Temporal grounding",
        after="TimeZero",
        task_type="temporal_grounding",
        answer_type="interval",
        rewards=[RewardSpec(name="tiou"), RewardSpec(name="think_answer")],
        system_prompt=f"{_ASK_TAGS} The answer is [start, end] in seconds, e.g. <answer>[4.5, 12.0]</answer>.",
        ideal=_IN_TAGS,
    ),
    "video_question": Recipe(
        title="Video questions",
        after="Video-R1 (T-GRPO)",
        task_type="video_question",
        answer_type="text",
        rewards=[
            RewardSpec(name="problem_type"),
            RewardSpec(name="temporal_contrast"),
            RewardSpec(name="length_band"),
        ],
        system_prompt=(
            f"{_ASK_TAGS} Think at length. The answer is a letter for questions with options, "
            "otherwise a number or the text that was asked for."
        ),
        ideal=_IN_TAGS,
    ),
}
"""Default recipes of the field, by task. temporal_contrast needs siblings that saw shuffled frames, and gives no score
without any; it compares siblings, so that a single perfect completion cannot show it."""

_BY_ANSWER_TYPE: dict[AnswerType, str] = {
    "number": "visual_math",
    "latex": "visual_math",
    "choice": "multiple_choice",
    "box": "referring_expression",
    "boxes": "detection",
    "action": "gui_step",
    "interval": "temporal_grounding",
    "text": "chart",
}


def recipe_for(task_type: str | None, answer_type: AnswerType | None) -> str | None:
    """Name of the recipe for a task, else of the one for such answers; None when there is none."""
    if task_type in RECIPES:
        return task_type
    return None if answer_type is None else _BY_ANSWER_TYPE.get(answer_type)


def ideal_completion(gold: str, rewards: Sequence[RewardSpec]) -> str:
    r"""A perfect completion for these rewards: a think block, then the answer in `<answer>` tags.

    With think_boxed the answer stands in a `\boxed{}`. Gold boxes, prompts and actions become the JSON that the rewards
    read: detected boxes with confidence 1, actions with their point at the centre of the gold box. With length_band the
    thought is as long as the middle of its band, at four characters a token.
    """
    names = {reward.name for reward in rewards}
    answer = read_gold(gold) or gold
    if names & _ACTION_REWARDS:
        answer = _action(answer)
    elif names & _BOXES_REWARDS:
        answer = _boxes(answer)
    elif "rec_json" in names:
        answer = _one_box(answer)
    elif "segmentation" in names:
        answer = _prompts(answer)
    if "think_boxed" in names:
        last = "\\boxed{" + (last_boxed(answer) or answer) + "}"
    else:
        last = f"<answer>{answer}</answer>"
    thought = _THOUGHT
    for reward in rewards:
        if reward.name == "length_band":
            params = REWARDS["length_band"].params_model.model_validate(reward.params).model_dump()
            tokens = (params["min_tokens"] + params["max_tokens"]) // 2
            thought = _lengthen(_THOUGHT, tokens * _CHARACTERS_A_TOKEN - len(last) - len("<think></think>"))
    return f"<think>{thought}</think>{last}"


def _lengthen(thought: str, characters: int) -> str:
    """Counting on: nothing repeats, so that rewards against repetition stay at their maximum."""
    number = 1
    while len(thought) < characters:
        thought += f" {number}"
        number += 1
    return thought


def _action(gold: str) -> str:
    action = read_action(gold)
    if action is None:
        return gold
    place = action.get("gt_bbox")
    box, point = as_box(place), as_point(place)
    if box is not None:
        point = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    x, y = point or (-100, -100)  # GUI-R1's "nowhere"
    return _json(
        [{"action": action["action"], "point": [x, y], "input_text": str(action.get("input_text", ""))}]
    )


def _boxes(gold: str) -> str:
    boxes = read_boxes(gold)
    if boxes is None:
        return gold
    return _json(
        [
            {"bbox_2d": item.box, "label": item.label, "confidence": 1.0}
            if item.label is not None
            else {"bbox_2d": item.box, "confidence": 1.0}
            for item in boxes
        ]
    )


def _one_box(gold: str) -> str:
    boxes = read_boxes(gold)
    return gold if not boxes else _json({"bbox_2d": boxes[0].box})


def _prompts(gold: str) -> str:
    prompts = read_prompts(gold)
    if prompts is None:
        return gold
    box, (first, second) = prompts
    return _json({"bbox": box, "points_1": first, "points_2": second})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
