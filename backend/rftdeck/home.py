"""Where rftdeck keeps its files, and how a client on the same machine finds the server."""

import os
from pathlib import Path

DEFAULT_URL = "http://127.0.0.1:8420"


def home() -> Path:
    """RFTDECK_HOME, by default ~/.rftdeck."""
    return Path(os.environ.get("RFTDECK_HOME") or Path.home() / ".rftdeck").expanduser().resolve()


def server_url() -> str:
    """RFTDECK_URL, else the address that the local server wrote down, else the default port."""
    return os.environ.get("RFTDECK_URL") or _read("url") or DEFAULT_URL


def access_token() -> str | None:
    """RFTDECK_TOKEN, else the token of the local server."""
    return os.environ.get("RFTDECK_TOKEN") or _read("token")


def _read(name: str) -> str | None:
    try:
        return (home() / name).read_text().strip() or None
    except OSError:
        return None
