"""The whole of rftdeck as processes: server, worker, and the starters built in a few seconds."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from rftdeck import Client, RunSpec
from rftdeck.presets import SPECS

from tests.conftest import DATABASES, fresh_database
from tests.e2e.browser import CHROMIUM_ARGUMENTS, chromium_path
from tests.support import TOKEN, Server, spawn, wait_until

SFT_STEPS = 20
"""Enough for a model that ends its completions now and then; nothing is learned here."""
BUILD = """
from rftdeck_worker import environment
environment.prepare()
from rftdeck_worker.starters import ensure_dataset, ensure_model
ensure_model("starter/{kind}", lambda fraction: None, steps={steps})
ensure_dataset("starter/{dataset}", lambda fraction: None)
"""


@pytest.fixture(scope="session")
def starters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both starters, to be linked into a home."""
    home = tmp_path_factory.mktemp("starters")
    builds = [
        subprocess.Popen(
            [sys.executable, "-c", BUILD.format(kind=kind, dataset=dataset, steps=SFT_STEPS)],
            env={**os.environ, "RFTDECK_HOME": str(home)},
        )
        for kind, dataset in (("text", "chained-sums"), ("vision", "digit-sums"))
    ]
    assert [build.wait(300) for build in builds] == [0, 0]
    return home / "starters"


@dataclass
class Lab:
    """A server and a worker that share a home."""

    server: Server
    slots: int = 1
    worker: subprocess.Popen[bytes] | None = None

    def client(self) -> Client:
        return self.server.client()

    def start_worker(self) -> None:
        self.worker = spawn(
            "rftdeck_worker",
            "--slots",
            str(self.slots),
            log=self.server.folder / "worker.log",
            env=self.server.environment(),
        )

    def wait_for_worker(self) -> None:
        with self.client() as client:
            wait_until(lambda: any(worker.alive for worker in client.workers().items), 120)

    def kill_worker(self) -> None:
        """The worker and its children at once, as when the machine goes down."""
        assert self.worker is not None
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait()

    def stop(self) -> None:
        if self.worker is not None and self.worker.poll() is None:
            self.kill_worker()
        self.server.stop()


def make_lab(request: pytest.FixtureRequest, kind: str, folder: Path, starters: Path) -> Lab:
    (folder / "starters").symlink_to(starters)
    server = Server(
        folder,
        fresh_database(request, kind, folder),
        request.getfixturevalue("redis_url"),
        # a Redis database of its own, or the workers of two labs would answer each other's rings
        env={"RFTDECK_LEASE_S": "6", "HF_HUB_OFFLINE": "1"},
    )
    server.redis_url = server.redis_url.removesuffix("/0") + f"/{next(_redis_databases)}"
    server.start()
    lab = Lab(server)
    lab.start_worker()
    lab.wait_for_worker()
    return lab


_redis_databases = iter(range(1, 16))


@pytest.fixture(scope="session", params=DATABASES)
def lab(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, starters: Path
) -> Iterator[Lab]:
    """Shared by the tests that break nothing."""
    lab = make_lab(request, request.param, tmp_path_factory.mktemp(f"lab-{request.param}"), starters)
    yield lab
    lab.stop()


@pytest.fixture
def own_lab(request: pytest.FixtureRequest, tmp_path: Path, starters: Path) -> Iterator[Lab]:
    """For tests that kill."""
    lab = make_lab(request, "sqlite", tmp_path, starters)
    yield lab
    lab.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, lab: Lab) -> Iterator[Page]:
    """A page that is logged in; an error that reaches its console fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(20_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(f"{lab.server.url}/?token={TOKEN}")
    yield page
    context.close()
    assert errors == []


def small_spec(preset: str = "starter-text", **changes: dict[str, Any] | str) -> RunSpec:
    """A starter run of some seconds."""
    spec = SPECS[preset].spec.model_dump()
    quick: dict[str, dict[str, Any]] = {
        "optimizer": {"per_device_train_batch_size": 16},
        "sampling": {"num_generations": 4, "max_completion_length": 16},
        "schedule": {"max_steps": 12},
        "checkpointing": {"every_steps": 4, "keep_last": 2},
    }
    spec["dataset"]["heldout"]["rows"] = 32
    for section, values in [*quick.items(), *changes.items()]:
        if isinstance(values, dict):
            spec[section] |= values
        else:
            spec[section] = values
    return RunSpec.model_validate(spec)
