"""Items of reasoning-gym made in a process with a fixed hash seed.

Some tasks draw from sets of text, whose order hangs on that seed: it differs from process to process, and can only be
set when one starts.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from rftdeck.processes import die_with_parent


def items(task: str, settings: dict[str, Any], size: int, seed: int) -> Iterator[dict[str, Any]]:
    """As `reasoning_gym.create_dataset`. Raises ValueError with what the task says."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from rftdeck_server.generators.fixed_hash import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        pickle.dump((task, settings, size, seed), process.stdin)
        process.stdin.close()
        for _ in range(size):
            try:
                item = pickle.load(process.stdout)
            except EOFError:
                raise ValueError("the process that made its rows ended early") from None
            if isinstance(item, str):
                raise ValueError(item)
            yield item
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def main() -> None:
    """Body of the process: one pickle an item; a text is what went wrong."""
    die_with_parent()
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what tasks print is no item
    task, settings, size, seed = pickle.load(sys.stdin.buffer)
    try:
        import reasoning_gym

        for item in reasoning_gym.create_dataset(task, size=size, seed=seed, **settings):
            pickle.dump(item, out)
            out.flush()
    except Exception as error:  # whatever other people's code raises
        pickle.dump(f"{type(error).__name__}: {error}", out)
        out.flush()
