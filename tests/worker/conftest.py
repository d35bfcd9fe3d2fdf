"""Starters that are built in seconds, and a home of its own for every test."""

from pathlib import Path

import pytest
from rftdeck_worker import environment

environment.prepare()

import torch  # noqa: E402
from rftdeck_worker.starters import ensure_dataset, ensure_model  # noqa: E402

torch.set_num_threads(1)

SFT_STEPS = 25
"""Enough for completions that end; what they say is still wrong."""


@pytest.fixture(scope="session")
def starters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both starters, to be linked into a home."""
    home = tmp_path_factory.mktemp("worker-starters")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RFTDECK_HOME", str(home))
        for kind, dataset in (("text", "chained-sums"), ("vision", "digit-sums")):
            ensure_dataset(f"starter/{dataset}", lambda fraction: None)
            ensure_model(f"starter/{kind}", lambda fraction: None, steps=SFT_STEPS)
    return home / "starters"


@pytest.fixture
def home(tmp_path: Path, starters: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """RFTDECK_HOME with the starters in it."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "starters").symlink_to(starters)
    monkeypatch.setenv("RFTDECK_HOME", str(folder))
    return folder
