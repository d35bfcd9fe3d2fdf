"""Looking at runs, and stopping them."""

from typing import Annotated

import typer
from rich.table import Table

from rftdeck.cli.common import Json, coloured, connected, console, number, print_json, progress_of
from rftdeck.runs import RunDetail
from rftdeck.states import RunState

RunId = Annotated[int, typer.Argument(help="Number of the run.")]


def runs(
    state: Annotated[list[RunState] | None, typer.Option(help="Only these states.")] = None,
    experiment: Annotated[str | None, typer.Option(help="Only this experiment.")] = None,
    tag: Annotated[str | None, typer.Option(help="Only this tag.")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 30,
    json: Json = False,
) -> None:
    """List runs, newest first."""
    with connected() as client:
        found = client.runs(state=state or (), experiment=experiment, tag=tag, limit=limit)
    if json:
        print_json([run.model_dump(mode="json") for run in found])
        return
    if not found:
        console.print("No runs yet. `rftdeck spec > run.yaml`, then `rftdeck launch run.yaml --watch`.")
        return
    table = Table("run", "name", "experiment", "state", "step", "reward", "held-out accuracy", "length")
    for run in found:
        table.add_row(
            str(run.id),
            run.name,
            run.experiment,
            coloured(run.state),
            progress_of(run),
            number(run.latest.get("reward")),
            number(run.latest.get("eval/heldout/accuracy")),
            number(run.latest.get("completions/mean_length"), 1),
        )
    console.print(table)


def show(run_id: RunId, json: Json = False) -> None:
    """One run: its state, its metrics and its attempts."""
    with connected() as client:
        run, metrics, attempts = client.run(run_id), client.metrics(run_id), client.attempts(run_id)
    if json:
        print_json(
            {
                "run": run.model_dump(mode="json"),
                "metrics": [metric.model_dump() for metric in metrics],
                "attempts": [attempt.model_dump(mode="json") for attempt in attempts],
            }
        )
        return
    _print_state(run)
    table = Table("metric", "first", "newest", "at step")
    for metric in metrics:
        table.add_row(metric.key, number(metric.first_value, 4), number(metric.value, 4), str(metric.step))
    console.print(table)
    for attempt in attempts:
        outcome = attempt.outcome or "under way"
        console.print(
            f"attempt {attempt.number} on {attempt.worker} from step {attempt.resume_step}: {outcome}"
            f"{f', {attempt.reason}' if attempt.reason else ''}",
            markup=False,
        )


def logs(
    run_id: RunId,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Wait for more until the run ends.")] = False,
    json: Json = False,
) -> None:
    """What the training process printed."""
    with connected() as client:
        for line in client.logs(run_id, follow=follow):
            typer.echo(line.model_dump_json() if json else line.text)


def stop(run_id: RunId, json: Json = False) -> None:
    """End a run after its current step, with a checkpoint."""
    with connected() as client:
        _after(client.stop(run_id), json)


def cancel(run_id: RunId, json: Json = False) -> None:
    """End a run at once."""
    with connected() as client:
        _after(client.cancel(run_id), json)


def pause(run_id: RunId, json: Json = False) -> None:
    """End a run after its current step, ready to resume."""
    with connected() as client:
        _after(client.pause(run_id), json)


def resume(run_id: RunId, json: Json = False) -> None:
    """Queue a paused, crashed or failed run again."""
    with connected() as client:
        _after(client.resume(run_id), json)


def _after(run: RunDetail, json: bool) -> None:
    if json:
        print_json(run.model_dump(mode="json"))
    else:
        _print_state(run)


def _print_state(run: RunDetail) -> None:
    wish = f", {run.requested} requested" if run.requested else ""
    console.print(f"run {run.id} [bold]{run.name}[/]: {coloured(run.state)}{wish}, step {progress_of(run)}")
    if run.state_reason:
        console.print(run.state_reason, markup=False)


def add_to(app: typer.Typer) -> None:
    for command in (runs, show, logs, stop, cancel, pause, resume):
        app.command()(command)
