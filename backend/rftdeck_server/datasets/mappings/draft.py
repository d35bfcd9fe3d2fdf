"""A record read by a mapping: everything of a row but the images, which are still what the record says of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rftdeck.datasets import AnswerType, Mapping

from rftdeck_server.datasets.mappings import answers
from rftdeck_server.datasets.mappings.chat import Chat, read_chat
from rftdeck_server.datasets.mappings.clean import as_list, at, cleaned, from_json, number, numbers, text_of

Fields = dict[str, Any]
_CONSUMED = (
    "prompt", "answer", "images", "videos", "audios", "objects", "solution", "split", "id", "source", "difficulty",
)  # fmt: skip


class NoRow(Exception):
    """The record is no row, and why."""


@dataclass
class Draft:
    messages: list[dict[str, str]]
    images: list[Any] = field(default_factory=list)
    videos: list[Any] = field(default_factory=list)
    audios: list[Any] = field(default_factory=list)
    objects: dict[str, Any] | None = None
    answer: str | None = None
    answer_type: AnswerType | None = None
    task_type: str | None = None
    solution: str | None = None
    source: str | None = None
    split: str | None = None
    id: str | None = None
    difficulty: float | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def prompt(self) -> str:
        return "\n".join(message["content"] for message in self.messages)


def read(fields: Fields, mapping: Mapping) -> Draft:
    """Any record, by the columns that the mapping names. Raises NoRow, TooMuch."""
    chat = prompt_of(fields, mapping)
    options = options_of(fields, mapping)
    raw = at(fields, mapping.answer)
    if mapping.answer is None:
        raw = chat.reply
    letter = answers.letter_of(raw, options) if options else None
    draft = Draft(
        messages=chat.messages,
        images=as_list(at(fields, mapping.images)) or chat.images,
        videos=as_list(at(fields, mapping.videos)) or chat.videos,
        audios=as_list(at(fields, mapping.audios)),
        objects=objects_of(at(fields, mapping.objects)),
        answer=letter or answers.gold(raw),
        task_type=mapping.task_type,
        solution=text_of(at(fields, mapping.solution)) or answers.worked(raw),
        source=text_of(at(fields, mapping.source)),
        split=text_of(at(fields, mapping.split)),
        id=text_of(at(fields, mapping.id)),
        difficulty=number(at(fields, mapping.difficulty)),
        extra=rest_of(fields, mapping),
    )
    if mapping.solution == mapping.answer:
        draft.solution = answers.worked(raw)
    if options:
        draft.extra["options"] = options
        add_options(draft, options)
    name_objects(draft)
    finish_answer(draft, mapping, options=bool(options))
    return draft


def one(fields: Fields, mapping: Mapping) -> Iterator[Draft]:
    yield read(fields, mapping)


def prompt_of(fields: Fields, mapping: Mapping) -> Chat:
    if mapping.prompt is None:
        raise NoRow("no column is named as the prompt")
    chat = read_chat(at(fields, mapping.prompt))
    if chat is None:
        raise NoRow(f"has no `{mapping.prompt}`")
    return chat


def options_of(fields: Fields, mapping: Mapping) -> list[str]:
    value = from_json(at(fields, mapping.options))
    if isinstance(value, dict):
        return [f"{key}. {text_of(item) or ''}" for key, item in value.items()]
    return [text for item in as_list(value) if (text := text_of(item)) is not None]


def add_options(draft: Draft, options: list[str]) -> None:
    """Append the options to the prompt, unless it names them already."""
    prompt = draft.prompt
    if all(answers.strip_letter(option) in prompt for option in options) and answers.names_options(prompt):
        return
    listed = "\n".join(
        f"{chr(65 + index)}. {answers.strip_letter(option)}" for index, option in enumerate(options[:26])
    )
    draft.messages[-1] = {**draft.messages[-1], "content": f"{draft.messages[-1]['content']}\n{listed}"}


def objects_of(value: Any) -> dict[str, Any] | None:
    """`{"ref": […], "bbox": [[x1, y1, x2, y2], …], "point": [[x, y], …]}`; what does not have this form is left out."""
    value = from_json(value)
    if not isinstance(value, dict):
        return None
    boxes = [numbers(box, 4) for box in as_list(value.get("bbox"))]
    points = [numbers(point, 2) for point in as_list(value.get("point"))]
    return {
        "ref": [text for item in as_list(value.get("ref")) if (text := text_of(item))],
        "bbox": [box for box in boxes if box is not None],
        "point": [point for point in points if point is not None],
    }


def name_objects(draft: Draft) -> None:
    """ms-swift's marks `<ref-object>` and `<bbox>` stand for the objects in their order."""
    if draft.objects is None:
        return
    names, boxes = iter(draft.objects["ref"]), iter(draft.objects["bbox"])
    for message in draft.messages:
        for mark, values in (("<ref-object>", names), ("<bbox>", map(text_of, boxes))):
            while mark in message["content"] and (value := next(values, None)) is not None:
                message["content"] = message["content"].replace(mark, value, 1)


def rest_of(fields: Fields, mapping: Mapping) -> dict[str, Any]:
    """What the mapping has not taken. A column that it took a part of stays whole."""
    taken = {getattr(mapping, name) for name in _CONSUMED}
    return {
        key: value
        for key, value in cleaned({k: v for k, v in fields.items() if k not in taken}).items()
        if value is not None
    }


def finish_answer(draft: Draft, mapping: Mapping, *, options: bool) -> None:
    if draft.answer is None:
        return
    timed = bool(draft.videos or draft.audios)
    draft.answer_type = mapping.answer_type or answers.type_of(
        draft.answer, draft.prompt, options=options, timed=timed
    )
    if draft.answer_type == "number":
        draft.answer = draft.answer.replace(",", "")
    if draft.answer_type == "boxes" and draft.objects is not None:
        labelled = answers.boxes_of(from_json(draft.answer), draft.objects["ref"])
        draft.answer = text_of(labelled) or draft.answer
