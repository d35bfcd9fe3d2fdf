"""`rftdeck launch`: from a YAML file to a run."""

import uuid
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from rftdeck.cli.common import Json, connected, console, fail, number, print_json
from rftdeck.client import Client
from rftdeck.presets import SPECS
from rftdeck.runs import RunDetail, RunRead
from rftdeck.spec import spec_to_yaml
from rftdeck.states import RunState


def launch(
    spec: Annotated[Path, typer.Argument(help="YAML file of the run spec; - reads standard input.")],
    watch: Annotated[bool, typer.Option("--watch", help="Follow the run until it ends.")] = False,
    json: Json = False,
) -> None:
    """Queue a run. With --watch the exit status says whether it completed."""
    content = read_spec(spec)
    with connected() as client:
        run = client.launch(content, idempotency_key=str(uuid.uuid4()))
        if not json:
            console.print(
                f"run {run.id} is queued: {client.url}/runs/{run.id}", highlight=False, soft_wrap=True
            )
        if watch:
            run = follow(client, run) if not json else client.wait(run.id)
        if json:
            print_json(run.model_dump(mode="json"))
        if watch and run.state is not RunState.COMPLETED:
            fail(f"run {run.id} {run.state}: {run.state_reason or 'no reason given'}")


def read_spec(spec: Path) -> dict[str, Any]:
    """The content of a YAML file, or of standard input for `-`. What cannot be one ends the command."""
    try:
        text = typer.get_text_stream("stdin").read() if str(spec) == "-" else spec.read_text()
        content = yaml.safe_load(text)
    except OSError as error:
        fail(f"{spec}: {error.strerror}")
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        fail(f"{spec} is not YAML: {error}")
    if not isinstance(content, dict):
        fail(f"{spec} holds no run spec: start with `name: …` (see `rftdeck spec starter-text`)")
    return dict(content)


def follow(client: Client, run: RunDetail) -> RunDetail:
    """A progress bar until the run ends."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[status]}"),
        console=console,
    ) as progress:
        bar = progress.add_task(run.name, total=run.max_steps, status="")

        def show(now: RunRead) -> None:
            progress.update(bar, completed=now.step, status=status_line(now))

        return client.wait(run.id, on_change=show, poll_s=0.5)


def status_line(run: RunRead) -> str:
    """Phase while no step finishes, else reward and length."""
    if run.state is not RunState.RUNNING:
        return str(run.state)
    if run.phase and run.phase != "training":
        return run.phase if run.phase_fraction is None else f"{run.phase} {run.phase_fraction:.0%}"
    return (
        f"reward {number(run.latest.get('reward'))}  "
        f"length {number(run.latest.get('completions/mean_length'), 1)} tokens"
    )


def spec(
    preset: Annotated[str, typer.Argument(help=f"One of: {', '.join(SPECS)}.")] = "starter-text",
) -> None:
    """Print a complete run spec to start from."""
    if preset not in SPECS:
        fail(f"there is no preset {preset!r}; choose one of: {', '.join(SPECS)}")
    typer.echo(spec_to_yaml(SPECS[preset].spec), nl=False)


def add_to(app: typer.Typer) -> None:
    app.command()(launch)
    app.command()(spec)
