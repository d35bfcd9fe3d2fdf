"""Small data sets, imported."""

import uuid
from pathlib import Path
from typing import Any

from rftdeck import Client
from rftdeck.datasets import DatasetCreate, DatasetVersionRead, PathSource, SplitOptions


def a_name() -> str:
    return f"set-{uuid.uuid4().hex[:8]}"


def sums(n: int, first: int = 0) -> list[dict[str, Any]]:
    return [{"question": f"What is {i} + 1?", "answer": str(i + 1)} for i in range(first, first + n)]


def imported(client: Client, path: Path, name: str | None = None, **options: Any) -> DatasetVersionRead:
    create = DatasetCreate(
        name=name or a_name(), source=PathSource(path=str(path)), splits=SplitOptions(**options)
    )
    version = client.wait_for_dataset(client.create_dataset(create).id, timeout_s=60)
    assert version.state == "ready", version.job
    return version
