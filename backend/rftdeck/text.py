"""Text from models is untrusted: what JSON, SQL and browsers cannot carry is replaced, never refused."""

from typing import Annotated

from pydantic import BeforeValidator


def clean_text(text: str) -> str:
    """Replace lone surrogates and NUL by U+FFFD; PostgreSQL refuses both, and JSON parsers refuse the first."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "\ufffd")


def _clean(value: object) -> object:
    return clean_text(value) if isinstance(value, str) else value


CleanStr = Annotated[str, BeforeValidator(_clean)]
