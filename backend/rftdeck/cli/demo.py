"""`rftdeck demo`: two small models learn to think, live in the dashboard."""

import os
import subprocess
import sys
import time
from threading import Thread
from typing import Annotated

import orjson
import typer
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from rftdeck.cli.common import coloured, console, fail, number
from rftdeck.cli.launch import status_line
from rftdeck.cli.stack import Stack, StackError
from rftdeck.cli.up import Port
from rftdeck.presets import SPECS
from rftdeck.runs import RunDetail
from rftdeck.series import MetricRead
from rftdeck.states import FINISHED, RunState

DEMO = {"text": "starter-text", "vision": "starter-vision"}
"""Starter → preset."""


def demo(
    leave: Annotated[
        bool, typer.Option("--exit", help="End after the summary instead of staying up.")
    ] = False,
    port: Port = None,
) -> None:
    """Build the starter models, train both example runs, and show what they learned."""
    try:
        with Stack(port=port, slots=min(2, os.cpu_count() or 1)) as stack:
            console.print(f"\nrftdeck is up:  [bold]{stack.login_url}[/]\n", highlight=False, soft_wrap=True)
            try:
                runs = _train(stack)
                console.print(_summary(stack, runs))
                failed = [run for run in runs if run.state is not RunState.COMPLETED]
                for run in failed:
                    console.print(f"run {run.id} {run.state}: {run.state_reason}", style="red", markup=False)
                if leave:
                    raise typer.Exit(1 if failed else 0)
                console.print(
                    f"\nRead the rollouts: [bold]{stack.login_url}[/]   (Ctrl-C ends everything)",
                    highlight=False,
                    soft_wrap=True,
                )
                stack.watch(lambda name: console.print(f"the {name} ended and was started again"))
            except KeyboardInterrupt:
                console.print("shutting down …")
    except StackError as error:
        fail(str(error))


def _train(stack: Stack) -> list[RunDetail]:
    with Progress(
        TextColumn("{task.description:<28}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[status]}"),
        console=console,
    ) as progress:
        _build_starters(stack, progress)
        waiting = progress.add_task("worker", total=None, status="loading torch")
        stack.wait_for_worker()
        progress.remove_task(waiting)
        runs = [stack.client.launch(SPECS[preset].spec) for preset in DEMO.values()]
        bars = {run.id: progress.add_task(run.name, total=run.max_steps, status="queued") for run in runs}
        while True:
            stack.revive()
            runs = [stack.client.run(run.id) for run in runs]
            for run in runs:
                progress.update(bars[run.id], completed=run.step, status=status_line(run))
            if all(run.state in FINISHED for run in runs):
                return runs
            time.sleep(0.5)


def _build_starters(stack: Stack, progress: Progress) -> None:
    """One process a starter; each prints its progress as JSON lines. Raises StackError."""
    processes = {}
    for starter in DEMO:
        bar = progress.add_task(f"starter model: {starter}", total=1.0, status="")
        process = subprocess.Popen(
            [sys.executable, "-m", "rftdeck_worker.starters", "build", starter, "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=stack.environment,
        )
        Thread(target=_show_build, args=(process, progress, bar), daemon=True).start()
        processes[starter] = process
    for starter, process in processes.items():
        assert process.stderr is not None
        complaint = process.stderr.read().decode(errors="replace")
        if process.wait() != 0:
            raise StackError(f"the {starter} starter could not be built:\n{complaint[-2000:]}")


def _show_build(process: subprocess.Popen[bytes], progress: Progress, bar: TaskID) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        try:
            told = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        progress.update(bar, completed=told["fraction"], status=told["phase"])


def _summary(stack: Stack, runs: list[RunDetail]) -> Table:
    table = Table(title="What was learned")
    for column in ("run", "state", "held-out accuracy", "reward", "response length (tokens)", "wall time"):
        table.add_column(column, justify="left" if column in {"run", "state"} else "right")
    for run in runs:
        metrics = {metric.key: metric for metric in stack.client.metrics(run.id)}

        seconds = (
            (run.finished_at - run.started_at).total_seconds() if run.finished_at and run.started_at else None
        )
        table.add_row(
            run.name,
            coloured(run.state),
            _change(metrics.get("eval/heldout/accuracy"), 3),
            _change(metrics.get("reward"), 3),
            _change(metrics.get("completions/mean_length"), 1),
            "–" if seconds is None else f"{seconds:.0f} s",
        )
    return table


def _change(metric: MetricRead | None, digits: int) -> str:
    if metric is None:
        return "–"
    return f"{number(metric.first_value, digits)} → {number(metric.value, digits)}"


def add_to(app: typer.Typer) -> None:
    app.command()(demo)
