"""`python -m rftdeck_worker.starters build text vision`: build starter models ahead of the first run.

Several are built side by side, each in a process of its own. With --json every line is
`{"starter": "text", "fraction": 0.4, "phase": "building"}`; fraction is null while another process builds the same.
"""

import argparse
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from queue import SimpleQueue

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from rftdeck_worker import environment

DATASET_OF = {"text": "starter/chained-sums", "vision": "starter/digit-sums"}


def main() -> int:
    options = _parse()
    if not options.json:
        return _show(options.starters)
    if len(options.starters) == 1:
        return _build(options.starters[0])
    builds = _Builds(options.starters)
    for line in builds.lines():
        sys.stdout.write(line)
        sys.stdout.flush()
    return builds.status


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m rftdeck_worker.starters", description=__doc__)
    commands = parser.add_subparsers(required=True)
    build = commands.add_parser("build", help="build starter models and their datasets")
    build.add_argument(
        "starters", nargs="*", default=["text", "vision"], help="text, vision, or e.g. text-seed1"
    )
    build.add_argument("--json", action="store_true", help="one JSON object a line instead of progress bars")
    return parser.parse_args()


def _build(starter: str) -> int:
    environment.prepare()
    import torch

    from rftdeck_worker.starters import ensure_dataset, ensure_model

    torch.set_num_threads(1)
    kind = starter.partition("-")[0]

    def report(phase: str, fraction: float | None) -> None:
        line = json.dumps({"starter": starter, "fraction": fraction, "phase": phase})
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    def progress(fraction: float | None) -> None:
        report("waiting" if fraction is None else "building", fraction)

    try:
        progress(0.0)
        ensure_dataset(DATASET_OF.get(kind, ""), progress)
        ensure_model(f"starter/{starter}", progress)
    except KeyError as error:
        sys.stderr.write(f"{starter}: {error.args[0]}\n")
        return 2
    report("ready", 1.0)
    return 0


class _Builds:
    """Several builds side by side."""

    def __init__(self, starters: list[str]) -> None:
        command = [sys.executable, "-m", "rftdeck_worker.starters", "build", "--json"]
        self._processes = [
            subprocess.Popen([*command, starter], stdout=subprocess.PIPE, text=True) for starter in starters
        ]
        self.status = 0
        """Of the last build that failed; 0 when all succeeded."""

    def lines(self) -> Iterator[str]:
        """JSON lines of all builds as they come."""
        queue: SimpleQueue[str | None] = SimpleQueue()
        for process in self._processes:
            threading.Thread(target=self._read, args=(process, queue), daemon=True).start()
        running = len(self._processes)
        while running:
            line = queue.get()
            if line is None:
                running -= 1
            else:
                yield line

    def _read(self, process: subprocess.Popen[str], queue: SimpleQueue[str | None]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            queue.put(line)
        self.status = process.wait() or self.status
        queue.put(None)


def _show(starters: list[str]) -> int:
    columns = (
        TextColumn("{task.fields[starter]:<8}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    builds = _Builds(starters)
    with Progress(*columns) as bars:
        tasks = {starter: bars.add_task("starting", total=1.0, starter=starter) for starter in starters}
        for line in builds.lines():
            told = json.loads(line)
            bars.update(tasks[told["starter"]], completed=told["fraction"] or 0.0, description=told["phase"])
    return builds.status


if __name__ == "__main__":
    sys.exit(main())
