"""The record formats of the field: how each is recognised, what its columns mean, and how it is read.

Sources of the formats: R1-V, open-r1-multimodal, VLM-R1, EasyR1, verl, MM-EUREKA, ms-swift, Video-R1, GUI-R1, R1-AQA
and TimeZero, each the README or the data loader of its repository; GSM8K (github.com/openai/grade-school-math).
"""

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Names
from dataclasses import dataclass
from typing import Any

from rftdeck.datasets import Mapping, RecordFormat

from rftdeck_server.datasets.mappings import answers
from rftdeck_server.datasets.mappings.chat import VIDEO
from rftdeck_server.datasets.mappings.clean import as_list, at, from_json, numbers, text_of
from rftdeck_server.datasets.mappings.draft import Draft, Fields, NoRow, finish_answer, one, read, rest_of
from rftdeck_server.datasets.mappings.guess import guess

Samples = Names[str, Any]
"""Column → the first value in it that is not empty."""


@dataclass(frozen=True)
class Format:
    title: str
    reason: Callable[[Samples], str | None]
    """Why the records have this format; None when they have not."""
    mapping: Callable[[Samples], Mapping]
    read: Callable[[Fields, Mapping], Iterator[Draft]] = one
    """Raises NoRow, TooMuch."""


def _has(*columns: str) -> Callable[[Samples], str | None]:
    listed = ", ".join(f"`{name}`" for name in columns)
    return lambda samples: (
        f"it has the columns {listed}" if all(name in samples for name in columns) else None
    )


def _named(format: RecordFormat, **columns: str) -> Callable[[Samples], Mapping]:
    """A mapping of those columns that are there."""
    return lambda samples: Mapping.model_validate(
        {
            "format": format,
            **{
                key: name
                for key, name in columns.items()
                if name.split(".")[0] in samples or key == "task_type"
            },
        }
    )


# ---- canonical --------------------------------------------------------------------------------------------------


def _is_canonical(samples: Samples) -> str | None:
    if "answer" in samples and "answer_type" in samples and ("messages" in samples or "prompt" in samples):
        return "it has the columns of rftdeck's own rows"
    return None


def _canonical(samples: Samples) -> Mapping:
    names = (
        "answer",
        "images",
        "videos",
        "audios",
        "objects",
        "solution",
        "split",
        "id",
        "source",
        "difficulty",
    )
    columns = {name: name for name in names}
    return _named("canonical", prompt="messages" if "messages" in samples else "prompt", **columns)(samples)


def _read_canonical(fields: Fields, mapping: Mapping) -> Iterator[Draft]:
    draft = read(fields, mapping)
    extra = draft.extra.pop("extra", None)
    draft.task_type = text_of(draft.extra.pop("task_type", None)) or mapping.task_type
    kind = draft.extra.pop("answer_type", None)
    if mapping.answer_type is None and isinstance(kind, str) and kind in answers.TYPES:
        draft.answer_type = answers.TYPES[kind]
    draft.answer = text_of(at(fields, mapping.answer))  # as it stands: it was canonical before
    draft.extra.update(extra if isinstance(extra, dict) else {})
    yield draft


# ---- formats with a way of their own ------------------------------------------------------------------------------


def _is_vlm_r1(samples: Samples) -> str | None:
    match samples.get("conversations"):
        case [{"from": _, "value": _}, *_]:
            return "it has `conversations` of `from` and `value`"
    return None


def _is_easy_r1(samples: Samples) -> str | None:
    if not {"problem", "answer", "images"} <= samples.keys():
        return None
    marked = "<image>" in str(samples["problem"])
    return "it has the columns `problem`, `answer`, `images`" + (
        ", with <image> in the problem" if marked else ""
    )


def _is_verl(samples: Samples) -> str | None:
    match samples.get("reward_model"):
        case {"ground_truth": _} if "prompt" in samples:
            return "it has a chat as `prompt` and the gold in `reward_model.ground_truth`"
    return None


def _is_ms_swift(samples: Samples) -> str | None:
    match samples.get("messages"):
        case [{"role": _, "content": _}, *_]:
            others = [
                name for name in ("images", "videos", "audios", "objects", "solution") if name in samples
            ]
            return "it has `messages`" + (
                f" with {', '.join(f'`{name}`' for name in others)}" if others else ""
            )
    return None


def _is_gsm8k(samples: Samples) -> str | None:
    if {"question", "answer"} <= samples.keys() and "####" in str(samples["answer"]):
        return "it has `question`, and `answer` with the gold behind ####"
    return None


def _read_r1_v(fields: Fields, mapping: Mapping) -> Iterator[Draft]:
    draft = read(fields, mapping)
    counts = draft.answer_type == "number" and "how many" in draft.prompt.casefold()
    draft.task_type = mapping.task_type or ("counting" if counts else _task_of(draft, "visual_math"))
    yield draft


def _read_vlm_r1(fields: Fields, mapping: Mapping) -> Iterator[Draft]:
    draft = read(fields, mapping)
    draft.task_type = mapping.task_type or _task_of(draft, None)
    yield draft


def _read_math(fields: Fields, mapping: Mapping) -> Iterator[Draft]:
    draft = read(fields, mapping)
    draft.task_type = mapping.task_type or _task_of(draft, "visual_math" if draft.images else "math")
    yield draft


def _task_of(draft: Draft, otherwise: str | None) -> str | None:
    match draft.answer_type:
        case "box":
            return "referring_expression"
        case "boxes":
            return "detection"
        case "choice":
            return "multiple_choice"
        case "action":
            return "gui_step"
        case "interval":
            return "temporal_grounding"
        case _:
            return otherwise


_VIDEO_R1_TASKS = {
    "multiple choice": "multiple_choice",
    "numerical": "visual_math",
    "regression": "numeric_estimate",
    "ocr": "ocr",
    "free-form": "visual_math",
}


def _read_video_r1(fields: Fields, mapping: Mapping) -> Iterator[Draft]:
    """`path` is a video or an image, as `data_type` says."""
    moving = str(fields.get("data_type", "video")).casefold() == "video"
    path = mapping.videos or mapping.images
    draft = read(
        fields,
        mapping.model_copy(
            update={"videos" if moving else "images": path, "images" if moving else "videos": None}
        ),
    )
    if draft.extra.get(str(path)) is not None:
        del draft.extra[str(path)]
    kind = str(fields.get("problem_type", "")).casefold()
    draft.task_type = mapping.task_type or ("video_question" if moving else _VIDEO_R1_TASKS.get(kind))
    if draft.answer_type == "interval":
        draft.task_type = mapping.task_type or "temporal_grounding"
    yield draft


def _is_gui_r1(samples: Samples) -> str | None:
    if {"gt_action", "gt_bbox"} <= samples.keys():
        return "it has the columns `gt_action`, `gt_bbox`"
    name = next((key for key, value in samples.items() if _is_action(value)), None)
    return None if name is None else f"`{name}` holds an action with its `gt_bbox`"


def _is_action(value: Any) -> bool:
    value = from_json(value)
    return isinstance(value, dict) and {"action", "gt_bbox"} <= value.keys()


def _gui_r1(samples: Samples) -> Mapping:
    found = guess("gui_r1", samples)
    answer = next((key for key, value in samples.items() if _is_action(value)), None)
    return found.model_copy(
        update={
            "prompt": "instruction" if "instruction" in samples else found.prompt,
            "answer": answer or ("gt_action" if "gt_action" in samples else None),
            "task_type": None,
        }
    )


def _read_gui_r1(fields: Fields, mapping: Mapping) -> Iterator[Draft]:
    draft = read(fields, mapping)
    if "gt_action" in fields:
        gold = {
            "action": fields["gt_action"],
            "gt_bbox": fields.get("gt_bbox"),
            "input_text": fields.get("gt_input_text"),
        }
        draft.answer = answers.gold(gold)
        for name in ("gt_action", "gt_bbox", "gt_input_text"):
            draft.extra.pop(name, None)
    draft.answer_type = mapping.answer_type or "action"
    draft.task_type = mapping.task_type or "gui_step"
    yield draft


def _is_time_zero(samples: Samples) -> str | None:
    if {"timestamps", "sentences"} <= samples.keys():
        return "it has `timestamps` and `sentences` of videos"
    return None


def _time_zero(samples: Samples) -> Mapping:
    video = next(
        (name for name in ("video", "video_id", "video_path", "path", "vid") if name in samples), None
    )
    return Mapping(format="time_zero", prompt="sentences", answer="timestamps", videos=video)


def _read_time_zero(fields: Fields, mapping: Mapping) -> Iterator[Draft]:
    """One row a sentence: when does it happen? The gold is [start, end] in seconds."""
    sentences, times = as_list(at(fields, mapping.prompt)), as_list(at(fields, mapping.answer))
    if not sentences or len(sentences) != len(times):
        raise NoRow(f"has {len(sentences)} sentences and {len(times)} time stamps")
    base = text_of(at(fields, mapping.id)) or text_of(at(fields, mapping.videos))
    for index, (sentence, span) in enumerate(zip(sentences, times, strict=True)):
        seconds = numbers(span, 2)
        if seconds is None:
            raise NoRow(f"time stamp {index + 1} is not [start, end]")
        question = f"{VIDEO}At which seconds does this begin and end in the video: {text_of(sentence)}"
        draft = Draft(
            messages=[{"role": "user", "content": question}],
            videos=as_list(at(fields, mapping.videos)),
            answer=answers.gold(seconds),
            task_type=mapping.task_type or "temporal_grounding",
            source=text_of(at(fields, mapping.source)),
            split=text_of(at(fields, mapping.split)),
            id=None if base is None else f"{base}/{index}",
            extra=rest_of(fields, mapping),
        )
        finish_answer(
            draft,
            mapping.model_copy(update={"answer_type": mapping.answer_type or "interval"}),
            options=False,
        )
        yield draft


FORMATS: dict[RecordFormat, Format] = {
    "canonical": Format("rftdeck rows", _is_canonical, _canonical, _read_canonical),
    "time_zero": Format("TimeZero (moments in videos)", _is_time_zero, _time_zero, _read_time_zero),
    "video_r1": Format(
        "Video-R1",
        _has("problem", "problem_type", "data_type", "solution"),
        _named(
            "video_r1", prompt="problem", answer="solution", videos="path", options="options", id="problem_id"
        ),
        _read_video_r1,
    ),
    "gui_r1": Format("GUI-R1 (steps on screens)", _is_gui_r1, _gui_r1, _read_gui_r1),
    "r1_aqa": Format(
        "R1-AQA (questions about audio)",
        _has("audio_path", "question_text", "multi_choice", "answer"),
        _named(
            "r1_aqa",
            prompt="question_text",
            answer="answer",
            audios="audio_path",
            options="multi_choice",
            id="id",
        ),
    ),
    "open_r1_multimodal": Format(
        "open-r1-multimodal",
        _has("image", "problem", "solution", "original_question", "original_answer"),
        _named("open_r1_multimodal", prompt="problem", answer="solution", images="image"),
        _read_math,
    ),
    "r1_v": Format(
        "R1-V",
        _has("image", "problem", "solution"),
        _named("r1_v", prompt="problem", answer="solution", images="image"),
        _read_r1_v,
    ),
    "vlm_r1": Format(
        "VLM-R1",
        _is_vlm_r1,
        _named("vlm_r1", prompt="conversations", images="image", id="id"),
        _read_vlm_r1,
    ),
    "easy_r1": Format(
        "EasyR1",
        _is_easy_r1,
        _named("easy_r1", prompt="problem", answer="answer", images="images"),
        _read_math,
    ),
    "verl": Format(
        "verl",
        _is_verl,
        _named(
            "verl",
            prompt="prompt",
            answer="reward_model.ground_truth",
            images="images",
            videos="videos",
            source="data_source",
        ),
        _read_math,
    ),
    "mm_eureka": Format(
        "MM-EUREKA, lmm-r1",
        _has("message", "answer"),
        _named("mm_eureka", prompt="message", answer="answer", id="id"),
        _read_math,
    ),
    "ms_swift": Format(
        "ms-swift",
        _is_ms_swift,
        _named(
            "ms_swift",
            prompt="messages",
            answer="solution",
            images="images",
            videos="videos",
            audios="audios",
            objects="objects",
        ),
        _read_vlm_r1,
    ),
    "gsm8k": Format(
        "GSM8K",
        _is_gsm8k,
        _named("gsm8k", prompt="question", answer="answer"),
        _read_math,
    ),
    "generic": Format(
        "Other records",
        lambda samples: "its columns can be named by hand",
        lambda samples: guess("generic", samples),
        _read_vlm_r1,
    ),
}
"""Most telling first: what the first ones need is rarely there by chance."""
