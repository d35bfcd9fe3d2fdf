"""Data sets of the Hugging Face Hub, through huggingface_hub (HF_ENDPOINT and HF_TOKEN of the server's environment)."""

from pathlib import Path

from rftdeck.datasets import HubSource

from rftdeck_server.datasets.readers.record import SourceError
from rftdeck_server.datasets.readers.tree_records import Progress
from rftdeck_server.datasets.readers.trees import Tree


def fetch(source: HubSource, folder: Path, progress: Progress, *, sample_only: bool) -> Tree:
    raise SourceError("not yet", "", "source")
