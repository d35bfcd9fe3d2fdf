"""Rollouts on their way to the spool: groups are put together when they are generated and leave when they are whole."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson
import torch
from PIL import Image
from rftdeck.events import RolloutsCaptured
from rftdeck.judging import weighted_reward
from rftdeck.rollouts import GroupCapture, Message, RolloutCapture
from rftdeck.sandbox import Verdict
from rftdeck.spec import CaptureSpec, RewardSpec
from rftdeck.spool import SpoolWriter
from rftdeck.text import clean_text
from transformers import PreTrainedTokenizerBase

from rftdeck_worker.scoring import NOT_IN_ROW

DECIMALS = 5
"""Of log-probabilities and entropies: half the bytes of a full float, and nobody reads more."""


BROWSER_FORMATS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")
"""First bytes of the image files that are stored as they are; others are stored as PNG."""
MAX_TOKENS = 250_000
"""Of one event: about 10 MB."""
MAX_TRACEBACK = 2_000
"""Characters of a note, the last ones."""
MAX_COLUMNS = 16_000
"""Bytes of the other columns of a row that go with a group."""
NOT_STORED = NOT_IN_ROW | {"row_id"}
"""Columns that a group holds elsewhere, or not at all."""

# Tensors bear their shape as a suffix: b completions, t tokens.


@dataclass(frozen=True)
class GeneratedBatch:
    """B completions, in groups of num_generations that stand side by side, and what became of them."""

    step: int
    """The step whose metrics they make."""
    num_generations: int
    uids: range
    """Names each completion through the shuffling that follows."""
    rows: Sequence[dict[str, Any]]
    """Dataset row of each completion."""
    prompts: Sequence[Any]
    """Chat messages with their images, or text."""
    texts: Sequence[str]
    completion_ids: Sequence[Sequence[int]]
    truncated: Sequence[bool]
    scored: Sequence[Sequence[Verdict]]
    """Reward function → result of each completion."""
    rewards: Sequence[float | None]
    """Weighted sum of the scores of each completion."""
    advantages: Sequence[float] | None = None
    """None in an evaluation."""


@dataclass
class _Step:
    """The captured groups of one step, until they leave."""

    number: int
    groups: list[GroupCapture] = field(default_factory=list)
    waiting: dict[int, RolloutCapture] = field(default_factory=dict)
    """uid → rollout whose log-probabilities have not been seen."""


class Capture:
    """Keeps the rollouts of training that the spec asks for."""

    def __init__(
        self,
        spec: CaptureSpec,
        rewards: Sequence[RewardSpec],
        tokenizer: PreTrainedTokenizerBase,
        spool: SpoolWriter,
    ) -> None:
        self.spec = spec
        self._builder = GroupBuilder(rewards, tokenizer, spool, tokens=spec.tokens)
        self._spool = spool
        self._steps: list[_Step] = []
        self._next_step = 0

    def add(self, batch: GeneratedBatch) -> None:
        """Put the groups of a batch together; they wait for their log-probabilities."""
        self._send([step for step in self._steps if step.number < batch.step])
        step = self._step(batch.step)
        if step is None:
            return
        limit = self.spec.max_groups_per_step
        for start in range(0, len(batch.uids), batch.num_generations):
            if limit is not None and len(step.groups) >= limit:
                return
            members = range(start, start + batch.num_generations)
            group = self._builder.build(batch, members, index=len(step.groups))
            step.groups.append(group)
            if self.spec.tokens:
                step.waiting.update(
                    (batch.uids[member], rollout)
                    for member, rollout in zip(members, group.rollouts, strict=True)
                )

    def _step(self, number: int) -> _Step | None:
        """The step that takes the groups of a batch, or None when it is not to be captured."""
        if self._steps and self._steps[-1].number == number:
            return self._steps[-1]
        if number < self._next_step:
            return None
        self._next_step = number + self.spec.every_steps
        self._steps.append(_Step(number))
        return self._steps[-1]

    def add_first_pass(
        self,
        uids_b: torch.Tensor,
        lengths_b: torch.Tensor,
        logps_bt: torch.Tensor,
        entropies_bt: torch.Tensor,
    ) -> None:
        """Fill in what the first training pass saw; later passes are passed over.

        A completion of length 0 was masked out of the loss: it was never scored and keeps None.
        """
        if not any(step.waiting for step in self._steps):
            return
        uids, lengths = uids_b.tolist(), lengths_b.tolist()
        if not any(uid in step.waiting for step in self._steps for uid in uids):
            return
        logps, entropies = _rounded(logps_bt), _rounded(entropies_bt)
        for row, (uid, length) in enumerate(zip(uids, lengths, strict=True)):
            for step in self._steps:
                rollout = step.waiting.pop(uid, None)
                if rollout is not None and length:
                    rollout.logps = _finite(logps[row, :length])
                    rollout.entropies = _finite(entropies[row, :length])

    def flush(self) -> None:
        """Send the steps that are whole."""
        self._send([step for step in self._steps if not step.waiting])

    def close(self) -> None:
        """Send all steps as they are."""
        self._send(list(self._steps))

    def _send(self, steps: list[_Step]) -> None:
        for step in steps:
            self._steps.remove(step)
            for groups in _parts(step.groups):
                self._spool.append(RolloutsCaptured(step=step.number, groups=groups))


class GroupBuilder:
    """Makes a group as it is stored from a generated batch."""

    def __init__(
        self,
        rewards: Sequence[RewardSpec],
        tokenizer: PreTrainedTokenizerBase,
        spool: SpoolWriter,
        *,
        tokens: bool,
    ) -> None:
        self._rewards, self._tokenizer, self._spool, self._tokens = rewards, tokenizer, spool, tokens
        self._strings: dict[int, str] = {}
        self._images: dict[str, list[str]] = {}

    def build(self, batch: GeneratedBatch, members: range, *, index: int) -> GroupCapture:
        first = members[0]
        row = batch.rows[first]
        prompt, images = show_prompt(batch.prompts[first])
        return GroupCapture(
            index=index,
            prompt=prompt,
            images=self._store(row["row_id"], images, row.get("image_files", [])),
            answer=row["answer"],
            row=row["row_id"],
            columns=json_columns(row),
            rollouts=[self._rollout(batch, member) for member in members],
        )

    def _rollout(self, batch: GeneratedBatch, member: int) -> RolloutCapture:
        ids = batch.completion_ids[member]
        scored = [results[member] for results in batch.scored]
        names = [spec.name for spec in self._rewards]
        # Nothing here needs checking but the text, and checking token by token would take most of the time.
        return RolloutCapture.model_construct(
            completion=clean_text(batch.texts[member]),
            length=len(ids),
            truncated=batch.truncated[member],
            scores={name: result.score for name, result in zip(names, scored, strict=True)},
            notes={
                name: _note(result)
                for name, result in zip(names, scored, strict=True)
                if result.reason is not None
            },
            reward=batch.rewards[member],
            advantage=None if batch.advantages is None else batch.advantages[member],
            token_ids=list(ids) if self._tokens else None,
            tokens=self._cut(ids) if self._tokens else None,
        )

    def _cut(self, ids: Iterable[int]) -> list[str]:
        """The string of each token; half a character becomes U+FFFD."""
        strings = self._strings
        for token in ids:
            if token not in strings:
                strings[token] = clean_text(self._tokenizer.decode([token], skip_special_tokens=False))
        return [strings[token] for token in ids]

    def _store(self, row_id: str, images: Sequence[Image.Image], files: Sequence[bytes]) -> list[str]:
        """SHA-256 of each image; the images of a row are stored once, however often it comes back."""
        if images and row_id not in self._images:
            if len(files) != len(images):  # images that stand in the messages themselves
                files = [b""] * len(images)
            digests = [
                self._spool.add_media(file if file.startswith(BROWSER_FORMATS) else _png(image))
                for image, file in zip(images, files, strict=True)
            ]
            if None in digests:  # the disk refused one: try again when the row comes back
                return [digest for digest in digests if digest is not None]
            self._images[row_id] = [digest for digest in digests if digest is not None]
        return self._images.get(row_id, [])


def show_prompt(prompt: Any) -> tuple[list[Message], list[Image.Image]]:
    """A prompt as it is read, with `<image>` where an image stands, and the images in that order."""
    if isinstance(prompt, str):
        return [Message(role="user", content=prompt)], []
    messages, images = [], []
    for message in prompt:
        content = message["content"]
        if not isinstance(content, str):
            images += [block["image"] for block in content if block["type"] == "image"]
            content = "".join(
                "<image>" if block["type"] == "image" else block.get("text", "") for block in content
            )
        messages.append(Message(role=message["role"], content=content))
    return messages, images


def json_columns(row: dict[str, Any]) -> dict[str, Any]:
    """The columns of a row that rewards may read, for scoring it again: those that JSON can carry, while they fit."""
    columns: dict[str, Any] = {}
    left = MAX_COLUMNS
    for name, value in row.items():
        if name in NOT_STORED:
            continue
        try:
            data = orjson.dumps({name: value}, option=orjson.OPT_SERIALIZE_NUMPY)
        except TypeError:  # images, bytes, text with half a character
            continue
        if len(data) <= left and b"\\u0000" not in data:  # PostgreSQL refuses that character
            left -= len(data)
            columns |= orjson.loads(data)
    return columns


def decode(
    tokenizer: PreTrainedTokenizerBase, completion_ids: Sequence[Sequence[int]], stop: frozenset[int]
) -> list[str]:
    """The text of completions with their special tokens (tags like <think> may be some), without the end."""
    trimmed = [ids[:-1] if ids and ids[-1] in stop else ids for ids in completion_ids]
    texts: list[str] = tokenizer.batch_decode(trimmed, skip_special_tokens=False)
    return texts


def batch_rewards(rewards: Sequence[RewardSpec], scored: Sequence[Sequence[Verdict]]) -> list[float | None]:
    """Weighted reward of each completion."""
    return [
        weighted_reward(rewards, [result.score for result in results])
        for results in zip(*scored, strict=True)
    ]


def _note(verdict: Verdict) -> str:
    """Why there is no score, and the end of the traceback."""
    trace = f"\n{verdict.traceback[-MAX_TRACEBACK:]}" if verdict.traceback else ""
    return clean_text(f"{verdict.reason}{trace}")


def _parts(groups: list[GroupCapture]) -> Iterator[list[GroupCapture]]:
    """Nearly always all at once; a step of very many tokens is cut into events that a server takes."""
    part: list[GroupCapture] = []
    tokens = 0
    for group in groups:
        size = sum(rollout.length for rollout in group.rollouts)
        if part and tokens + size > MAX_TOKENS:
            yield part
            part, tokens = [], 0
        part.append(group)
        tokens += size
    yield part


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _rounded(values: torch.Tensor) -> np.ndarray[Any, Any]:
    return np.round(values.float().cpu().numpy().astype(np.float64), DECIMALS)


def _finite(values: np.ndarray[Any, Any]) -> list[float | None]:
    listed: list[float | None] = values.tolist()
    if np.isfinite(values).all():
        return listed
    return [value if np.isfinite(value) else None for value in values.tolist()]
