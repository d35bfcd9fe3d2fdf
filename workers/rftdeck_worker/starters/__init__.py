"""The starter material: tiny models and datasets that are built here, so that everything runs with no download.

Names: `starter/text` and `starter/vision` are models (`starter/text-seed1` is the same recipe from another seed);
`starter/chained-sums` and `starter/digit-sums` are datasets. Once built they are ordinary directories.
"""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rftdeck.home import home

from rftdeck_worker.locks import held

RECIPE = 3
"""Raised when a recipe changes, so that what was built before is built again."""

Progress = Callable[[float | None], None]
"""Gets the finished fraction, or None while another process builds."""

_MODEL = re.compile(r"starter/(text|vision)(?:-seed(\d+))?")
DATASETS = {"starter/chained-sums": "chained-sums", "starter/digit-sums": "digit-sums"}


def is_starter(name: str) -> bool:
    return name.startswith("starter/")


def ensure_model(name: str, progress: Progress, *, steps: int | None = None) -> Path:
    """Directory of a starter model, built first when it is missing. `steps` shortens the build, for tests.

    Raises KeyError for an unknown name.
    """
    match = _MODEL.fullmatch(name)
    if match is None:
        raise KeyError(f"no starter model of this name; there are {', '.join(model_names())}")
    kind, seed = match[1], int(match[2] or 0)

    def build(folder: Path) -> None:
        if kind == "text":
            from rftdeck_worker.starters.text import build_text

            build_text(folder, seed, steps, progress)
        else:
            from rftdeck_worker.starters.vision import build_vision

            build_vision(folder, seed, steps, progress)

    return _build_once(name.removeprefix("starter/"), build, progress)


def ensure_dataset(name: str, progress: Progress) -> Path:
    """Directory of a starter dataset with the splits `train` and `heldout`, built first when it is missing.

    Raises KeyError for an unknown name.
    """
    if name not in DATASETS:
        raise KeyError(f"no starter dataset of this name; there are {', '.join(DATASETS)}")

    def build(folder: Path) -> None:
        from rftdeck_worker.starters.datasets import write_dataset

        write_dataset(DATASETS[name], folder)

    return _build_once(DATASETS[name], build, progress)


def model_names() -> list[str]:
    return ["starter/text", "starter/vision"]


def _build_once(name: str, build: Callable[[Path], None], progress: Progress) -> Path:
    """Build into a folder aside and rename it, so that no reader ever sees half of it."""
    root = home() / "starters"
    target = root / name
    if _is_built(target):
        return target
    root.mkdir(parents=True, exist_ok=True)
    with held(root / f".{name}.lock", lambda: progress(None)):
        if not _is_built(target):
            partial = root / f".{name}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
            build(partial)
            _stamp(partial).write_text(json.dumps({"recipe": RECIPE}))
            shutil.rmtree(target, ignore_errors=True)
            partial.rename(target)
    return target


def _stamp(folder: Path) -> Path:
    return folder / "starter.json"


def _is_built(folder: Path) -> bool:
    try:
        stamp: dict[str, Any] = json.loads(_stamp(folder).read_text())
    except (OSError, ValueError):
        return False
    return stamp.get("recipe") == RECIPE
