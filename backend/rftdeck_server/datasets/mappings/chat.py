"""Prompts in their many forms, as chat messages with marks where images and videos go."""

import ast
import json
from dataclasses import dataclass, field
from typing import Any

from rftdeck.text import clean_text

from rftdeck_server.datasets.mappings.clean import text_of

IMAGE, VIDEO, AUDIO = "<image>", "<video>", "<audio>"
_ROLES = {"human": "user", "gpt": "assistant", "user": "user", "assistant": "assistant", "system": "system"}
_MAX_LITERAL = 100_000


@dataclass
class Chat:
    messages: list[dict[str, str]] = field(default_factory=list)
    images: list[Any] = field(default_factory=list)
    """Images that stand in the messages themselves."""
    videos: list[Any] = field(default_factory=list)
    reply: str | None = None
    """What the last message says when it is the assistant's: the gold of records that have no other."""


def read_chat(value: Any) -> Chat | None:
    """From a text, from messages (`role` and `content`, or `from` and `value`), or from messages written as a text."""
    if isinstance(value, str):
        value = _messages_in(value)
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        text = text_of(value) if value is not None else None
        if value is None:
            return None
        return Chat(messages=[{"role": "user", "content": text or ""}])
    chat = Chat()
    for message in value:
        if not isinstance(message, dict):
            return None
        role = str(message.get("role", message.get("from", "user")))
        content = message.get("content", message.get("value"))
        chat.messages.append({"role": _ROLES.get(role, clean_text(role)), "content": _content(content, chat)})
    if chat.messages and chat.messages[-1]["role"] == "assistant":
        chat.reply = chat.messages.pop()["content"]
    return chat if chat.messages else None


def _messages_in(text: str) -> Any:
    """MM-EUREKA writes its chat as a text, some with Python's quotes."""
    if not text.lstrip().startswith("[{") or len(text) > _MAX_LITERAL:
        return clean_text(text)
    for parse in (json.loads, ast.literal_eval):
        try:
            value = parse(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(value, list) and all(
            isinstance(item, dict) and {"role", "from"} & item.keys() for item in value
        ):
            return value
    return clean_text(text)


def _content(content: Any, chat: Chat) -> str:
    if not isinstance(content, list):
        return text_of(content) or ""
    parts = []
    for part in content:
        match part:
            case {"type": "text", "text": text} | {"text": str(text)}:
                parts.append(text_of(text) or "")
            case {"type": "image" | "image_url"}:
                parts.append(IMAGE)
                _keep(chat.images, part, ("image", "image_url", "url", "path"))
            case {"type": "video"}:
                parts.append(VIDEO)
                _keep(chat.videos, part, ("video", "url", "path"))
            case str(text):
                parts.append(clean_text(text))
            case _:
                pass
    return "".join(_spaced(parts))


def _keep(found: list[Any], part: dict[str, Any], keys: tuple[str, ...]) -> None:
    value = next((part[key] for key in keys if part.get(key) is not None), None)
    if value is not None:
        found.append(value)


def _spaced(parts: list[str]) -> list[str]:
    """Two texts that follow each other stand on lines of their own."""
    spaced: list[str] = []
    for part in parts:
        if spaced and part not in (IMAGE, VIDEO) and spaced[-1] not in (IMAGE, VIDEO):
            spaced.append("\n")
        spaced.append(part)
    return spaced
