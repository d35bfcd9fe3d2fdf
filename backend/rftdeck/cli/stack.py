"""The embedded stack: Redis, server and worker as children of one command, everything under RFTDECK_HOME."""

import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from rftdeck.client import Client
from rftdeck.home import home
from rftdeck.processes import die_with_parent

START_TIMEOUT_S = 60.0
WORKER_TIMEOUT_S = 120.0
"""The worker imports torch first."""
STOP_TIMEOUT_S = 40.0
"""A worker lets its runs save a checkpoint first."""
RESTART_PAUSE_S = 1.0
DEFAULT_PORT = 8420
PORTS_TO_TRY = 20


class StackError(Exception):
    """The stack cannot start; the text says why and what to do."""


@dataclass
class Child:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0


class Stack:
    """Use as a context manager; `watch` keeps the children alive until it is interrupted."""

    def __init__(
        self, *, host: str = "127.0.0.1", port: int | None = None, slots: int = 1, worker: bool = True
    ) -> None:
        self.home = home()
        self.host, self.slots = host, slots
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "logs").mkdir(exist_ok=True)
        self._lock = self._take_lock()
        self.port = _free_port(host, port)
        self.token = os.environ.get("RFTDECK_TOKEN") or self._own_token()
        self.url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{self.port}"
        self.environment = self._environment()
        self.children = self._children(worker)
        self.client = Client(self.url, self.token)

    @property
    def login_url(self) -> str:
        return f"{self.url}/?token={self.token}"

    def _take_lock(self) -> int:
        lock = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise StackError(
                f"rftdeck already runs on {self.home}. Stop it first, or set RFTDECK_HOME to another folder."
            ) from None
        return lock

    def _own_token(self) -> str:
        path = self.home / "token"
        if not path.exists():
            path.touch(0o600)
            path.write_text(secrets.token_hex(24))
        return path.read_text().strip()

    def _environment(self) -> dict[str, str]:
        environment = {
            **os.environ,
            "RFTDECK_HOME": str(self.home),
            "RFTDECK_URL": self.url,
            "RFTDECK_TOKEN": self.token,
        }
        environment.setdefault("RFTDECK_EMBEDDED", "1")
        if "RFTDECK_REDIS_URL" not in environment:
            port = _free_port("127.0.0.1", 0)
            environment["RFTDECK_REDIS_URL"] = f"redis://:{secrets.token_hex(16)}@127.0.0.1:{port}/0"
        return environment

    def _children(self, worker: bool) -> list[Child]:
        python = [sys.executable, "-m"]
        children = []
        if "RFTDECK_REDIS_URL" not in os.environ:
            folder = str(self.home / "redis")
            children.append(Child("redis", [*python, "rftdeck_server.embedded_redis", folder]))
        server = [*python, "rftdeck_server", "--host", self.host, "--port", str(self.port)]
        children.append(Child("server", server))
        if worker:
            children.append(Child("worker", [*python, "rftdeck_worker", "--slots", str(self.slots)]))
        return children

    def __enter__(self) -> Self:
        for signum in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs with SIGINT ignored
            signal.signal(signum, signal.default_int_handler)
        try:
            for child in self.children:
                self._start(child)
                if child.name == "redis":
                    self._wait(child, self._redis_listens)
                if child.name == "server":
                    self._wait(child, self.client.ready)
                    (self.home / "url").write_text(self.url)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def log_path(self, child: Child) -> Path:
        return self.home / "logs" / f"{child.name}.log"

    def _start(self, child: Child) -> None:
        with self.log_path(child).open("ab") as log:
            child.process = subprocess.Popen(
                child.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                start_new_session=True,  # Ctrl-C reaches us alone, and we stop them in order
                preexec_fn=die_with_parent,
            )

    def _wait(self, child: Child, ready: Callable[[], bool], timeout_s: float = START_TIMEOUT_S) -> None:
        deadline = time.monotonic() + timeout_s
        while not ready():
            if child.process is None or child.process.poll() is not None or time.monotonic() > deadline:
                tail = "\n".join(self.log_path(child).read_text(errors="replace").splitlines()[-15:])
                raise StackError(f"the {child.name} did not start:\n{tail}")
            time.sleep(0.05)

    def _redis_listens(self) -> bool:
        port = int(self.environment["RFTDECK_REDIS_URL"].rsplit(":", 1)[1].split("/")[0])
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def wait_for_worker(self) -> None:
        """Until the worker has imported its libraries and can take runs."""
        child = next(child for child in self.children if child.name == "worker")
        self._wait(
            child,
            lambda: any(worker.alive for worker in self.client.workers().items),
            timeout_s=WORKER_TIMEOUT_S,
        )

    def revive(self) -> list[str]:
        """Start children again that have ended; returns their names."""
        dead = [
            child for child in self.children if child.process is not None and child.process.poll() is not None
        ]
        for child in dead:
            child.restarts += 1
            time.sleep(RESTART_PAUSE_S)
            self._start(child)
        return [child.name for child in dead]

    def watch(self, on_restart: Callable[[str], None]) -> None:
        """Keep the children alive, for ever."""
        while True:
            time.sleep(0.5)
            for name in self.revive():
                on_restart(name)

    def stop(self) -> None:
        """Workers first, Redis last; what does not end in time is killed."""
        for child in reversed(self.children):
            process = child.process
            if process is None or process.poll() is not None:
                continue
            process.terminate()
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        os.close(self._lock)


def _free_port(host: str, wanted: int | None) -> int:
    """`wanted`, or the first free one from the default on; 0 takes any."""
    candidates = range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TO_TRY) if wanted is None else [wanted]
    for port in candidates:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise StackError(
        f"port {wanted} is taken: choose another with --port"
        if wanted is not None
        else f"no free port between {DEFAULT_PORT} and {DEFAULT_PORT + PORTS_TO_TRY - 1}: choose one with --port"
    )
