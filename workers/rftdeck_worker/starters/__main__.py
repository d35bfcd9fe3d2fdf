"""`python -m rftdeck_worker.starters build text vision`: build starter models ahead of the first run.

Several are built side by side, each in a process of its own. With --json every line is
`{"starter": "text", "fraction": 0.4, "phase": "building"}`; fraction is null while another process builds the same.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from rftdeck_worker import environment

DATASET_OF = {"text": "starter/chained-sums", "vision": "starter/digit-sums"}


def main() -> int:
    options = _parse()
    if len(options.starters) == 1 and options.json:
        return _build(options.starters[0])
    failed = False
    if options.json:
        for line, failed in _build_all(options.starters):  # noqa: B007
            sys.stdout.write(line)
            sys.stdout.flush()
    else:
        failed = _show(options.starters)
    return int(failed)


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


def _build_all(starters: list[str]) -> Iterator[tuple[str, bool]]:
    """JSON lines of all builds as they come, each with whether a build has failed so far."""
    lines: SimpleQueue[str | None] = SimpleQueue()

    def run(starter: str) -> int:
        command = [sys.executable, "-m", "rftdeck_worker.starters", "build", starter, "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                lines.put(line)
        lines.put(None)
        return process.returncode

    with ThreadPoolExecutor(max(1, len(starters))) as pool:
        builds = [pool.submit(run, starter) for starter in starters]
        running = len(builds)
        while running:
            line = lines.get()
            if line is None:
                running -= 1
            else:
                yield line, False
        if any(build.result() for build in builds):
            yield "", True


def _show(starters: list[str]) -> bool:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.fields[starter]:<8}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    failed = False
    with Progress(*columns) as bars:
        tasks = {starter: bars.add_task("starting", total=1.0, starter=starter) for starter in starters}
        for line, failed in _build_all(starters):  # noqa: B007
            if line:
                state = json.loads(line)
                bars.update(
                    tasks[state["starter"]], completed=state["fraction"] or 0.0, description=state["phase"]
                )
    return failed


if __name__ == "__main__":
    sys.exit(main())
