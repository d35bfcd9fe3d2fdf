"""Real processes for the tests: Redis, PostgreSQL, the server."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from rftdeck import Client
from rftdeck.processes import die_with_parent

TOKEN = "a-token-for-the-tests"


T = TypeVar("T")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], T | None], timeout_s: float = 30.0, pause_s: float = 0.05) -> T:
    """What the condition returned once it was true. Raises AssertionError when that does not come in time."""
    deadline = time.monotonic() + timeout_s
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {timeout_s} s"
        time.sleep(pause_s)
    return found


def spawn(module: str, *arguments: str, log: Path, env: dict[str, str]) -> subprocess.Popen[bytes]:
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            env={**os.environ, **env},
            start_new_session=True,
            preexec_fn=die_with_parent,
        )


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """A Valkey of its own; yields its URL."""
    port = free_port()
    url = f"redis://:secret@127.0.0.1:{port}/0"
    process = spawn(
        "rftdeck_server.embedded_redis",
        str(folder),
        log=folder.parent / "redis.log",
        env={"RFTDECK_REDIS_URL": url},
    )
    try:
        wait_until(lambda: _listens(port))
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Server:
    """A server process that can be killed and started again on the same port."""

    folder: Path
    database_url: str
    redis_url: str
    env: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        return {
            "RFTDECK_HOME": str(self.folder),
            "RFTDECK_URL": self.url,
            "RFTDECK_TOKEN": TOKEN,
            "RFTDECK_DATABASE_URL": self.database_url,
            "RFTDECK_REDIS_URL": self.redis_url,
            "RFTDECK_EMBEDDED": "1",
            **self.env,
        }

    def client(self) -> Client:
        return Client(self.url, TOKEN)

    def start(self) -> None:
        self.process = spawn(
            "rftdeck_server",
            "--port",
            str(self.port),
            log=self.folder / "server.log",
            env=self.environment(),
        )
        with self.client() as client:
            wait_until(client.ready)

    def kill(self) -> None:
        """As hard as it gets."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(15)
