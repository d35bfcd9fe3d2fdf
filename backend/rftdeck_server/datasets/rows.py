"""From a record to the rows that are stored."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from rftdeck.datasets import Audio, ChatMessage, DatasetRow, Frames, Mapping, Objects, RowProblem

from rftdeck_server.datasets.images import Images, Picture
from rftdeck_server.datasets.mappings.answers import boxes_of
from rftdeck_server.datasets.mappings.chat import IMAGE, VIDEO
from rftdeck_server.datasets.mappings.clean import TooMuch, as_list, from_json, number, numbers, text_of
from rftdeck_server.datasets.mappings.draft import Draft, NoRow
from rftdeck_server.datasets.mappings.formats import FORMATS
from rftdeck_server.datasets.notes import Notes
from rftdeck_server.datasets.readers.record import Item, Load, Record, Unreadable

LONG_PROMPT = 16_000
"""Characters: some 4,000 tokens of English."""
MAX_ID = 200
OUTSIDE = 1.0
"""Pixels that a box may reach beyond its image: boxes are rounded."""


class RowMaker:
    def __init__(self, mapping: Mapping, images: Images, notes: Notes) -> None:
        self._mapping, self._images, self._notes = mapping, images, notes
        self._read = FORMATS[mapping.format].read
        self._n = 0

    def rows(self, item: Item | DatasetRow) -> Iterator[DatasetRow]:
        """None for a broken record or one whose image is missing, which are noted; many for one of TimeZero's."""
        if isinstance(item, RowProblem):
            self._notes.broken(item)
            return
        if isinstance(item, DatasetRow):
            self._images.used.update(item.images, *(video.frames for video in item.videos))
            self._look_at(item)
            yield item
            return
        try:
            for draft in self._read(item.fields, self._mapping):
                row = self._finished(draft, item)
                if row is not None:
                    yield row
        except (NoRow, TooMuch) as error:
            self._notes.broken(RowProblem(line=item.line, file=item.file, reason=str(error)))
        except ValidationError as error:
            first = error.errors()[0]
            reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
            self._notes.broken(RowProblem(line=item.line, file=item.file, reason=reason))

    def _finished(self, draft: Draft, record: Record) -> DatasetRow | None:
        self._n += 1
        row_id = (draft.id or str(self._n))[:MAX_ID]
        try:
            pictures = [self._images.find(value, record.load) for value in draft.images]
            videos = [self._video(value, record.load) for value in draft.videos]
            _mark(draft.messages, IMAGE, len(pictures))
            _mark(draft.messages, VIDEO, len(videos))
        except Unreadable as error:
            self._notes.note("missing_image", f"{_place(record)}: {error}")
            return None
        row = DatasetRow(
            id=row_id,
            messages=[ChatMessage(**message) for message in draft.messages],
            images=[picture.sha256 for picture in pictures],
            videos=videos,
            audios=[Audio(path=path) for value in draft.audios if (path := _path(value)) is not None],
            objects=None if draft.objects is None else Objects(**draft.objects),
            answer=draft.answer,
            answer_type=draft.answer_type,
            task_type=draft.task_type,
            solution=draft.solution,
            source=draft.source,
            split=(draft.split or record.split or "")[:100],
            difficulty=draft.difficulty,
            extra=draft.extra,
        )
        self._look_at(row)
        if pictures and _reaches_out(row, pictures[0]):
            self._notes.note("box_outside", row_id)
        return row

    def _video(self, value: Any, load: Load) -> Frames:
        value = from_json(value)
        if isinstance(value, dict) and ("frames" in value or "bytes" not in value):
            frames = as_list(value.get("frames"))
            path = None if frames else _path(value)
            fps = number(value.get("fps"))
        else:
            frames, path, fps = (value, None, None) if isinstance(value, list) else ([], _path(value), None)
        return Frames(frames=[self._images.find(frame, load).sha256 for frame in frames], path=path, fps=fps)

    def _look_at(self, row: DatasetRow) -> None:
        prompt = prompt_of(row)
        if not prompt.replace(IMAGE, "").replace(VIDEO, "").strip():
            self._notes.note("empty_prompt", row.id)
        if len(prompt) > LONG_PROMPT:
            self._notes.note("long_prompt", row.id)
        if row.answer is None or not row.answer.strip():
            self._notes.note("no_gold", row.id)
        if row.audios:
            self._notes.note("audio_not_stored", row.id)
        if any(video.path for video in row.videos):
            self._notes.note("video_not_stored", row.id)


def prompt_of(row: DatasetRow) -> str:
    return "\n".join(message.content for message in row.messages)


def _mark(messages: list[dict[str, str]], mark: str, n: int) -> None:
    """Put marks that are missing in front of the first question. Raises Unreadable when there are more than things."""
    if not n:
        return
    marks = sum(message["content"].count(mark) for message in messages)
    if marks > n:
        raise Unreadable(f"the prompt has {marks} {mark} marks, and the record has {n}")
    if marks < n:
        first = next((m for m in messages if m["role"] == "user"), messages[0])
        first["content"] = mark * (n - marks) + first["content"]


def _path(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("path", value.get("video", value.get("url")))
    return text_of(value) if isinstance(value, str) else None


def _place(record: Record) -> str:
    return f"{record.file} line {record.line}"


def _reaches_out(row: DatasetRow, picture: Picture) -> bool:
    if picture.size is None:
        return False
    width, height = picture.size
    return any(
        min(box) < -OUTSIDE or max(box[0::2]) > width + OUTSIDE or max(box[1::2]) > height + OUTSIDE
        for box in _marked(row)
    )


def _marked(row: DatasetRow) -> Iterator[Sequence[float]]:
    """Boxes and points of the gold and of the objects."""
    gold = from_json(row.answer)
    match row.answer_type:
        case "box" | "point":
            yield from [found for found in (numbers(gold, 4), numbers(gold, 2)) if found]
        case "boxes":
            yield from [box["bbox_2d"] for box in boxes_of(gold) or []]
        case "action" if isinstance(gold, dict):
            box = numbers(gold.get("gt_bbox"), 4) or numbers(gold.get("gt_bbox"), 2)
            if box and max(box) > 1:  # GUI-R1 also has boxes as shares of the screen
                yield box
        case _:
            pass
    if row.objects is not None:
        yield from [box for box in row.objects.bbox if len(box) == 4]
        yield from [point for point in row.objects.point if len(point) == 2]
