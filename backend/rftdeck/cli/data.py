"""`rftdeck data`: data sets that rftdeck keeps."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from rftdeck.cli.common import Json, connected, console, fail, print_json
from rftdeck.client import Client
from rftdeck.datasets import (
    DatasetCreate,
    DatasetVersionRead,
    HubSource,
    PathSource,
    ReasoningGymSource,
    Source,
    SplitOptions,
    SyntheticSource,
    UploadSource,
)

app = typer.Typer(help="Import, generate and list data sets.", no_args_is_help=True)

Name = Annotated[str, typer.Option("--name", help="Data set that gets a new version.")]
Heldout = Annotated[float, typer.Option(help="Share of the rows that goes to the split `heldout`.")]
POLL_S = 0.3


@app.command("import")
def import_(
    source: Annotated[
        str, typer.Argument(help="A file to upload, hub:owner/name, or server:/path on the server's machine.")
    ],
    name: Name,
    heldout: Heldout = 0.0,
    json: Json = False,
) -> None:
    """Import JSON Lines, Parquet, CSV, a zip with images, or a data set of the Hub."""
    with connected() as client:
        create = DatasetCreate(
            name=name, source=_source(client, source), splits=SplitOptions(heldout_fraction=heldout)
        )
        _finish(client, client.create_dataset(create), json=json)


@app.command()
def generate(
    task: Annotated[str, typer.Argument(help="A scene or a reasoning-gym task, see `rftdeck data tasks`.")],
    name: Name,
    rows: int = 500,
    heldout_rows: int = 100,
    difficulty: Annotated[int | None, typer.Option(help="Level, where the task has some.")] = None,
    seed: int = 0,
    json: Json = False,
) -> None:
    """Make rows with exact gold."""
    with connected() as client:
        kinds = {info.task: info.kind for info in client.generators()}
        if task not in kinds:
            fail(f"there is no task {task!r}; see `rftdeck data tasks`")
        kind = SyntheticSource if kinds[task] == "synthetic" else ReasoningGymSource
        made = kind(task=task, rows=rows, heldout_rows=heldout_rows, difficulty=difficulty, seed=seed)
        _finish(client, client.create_dataset(DatasetCreate(name=name, source=made)), json=json)


@app.command()
def tasks() -> None:
    """List what can be generated."""
    with connected() as client:
        table = Table("task", "kind", "levels", "what", box=None)
        for info in client.generators():
            levels = str(info.difficulty.levels) if info.difficulty else "–"
            table.add_row(info.task, info.kind.replace("_", "-"), levels, info.title)
        console.print(table)


@app.command("list")
def list_(json: Json = False) -> None:
    """List the data sets, newest first."""
    with connected() as client:
        found = client.datasets()
        if json:
            print_json([item.model_dump(mode="json") for item in found])
            return
        if not found:
            console.print("no data sets yet: `rftdeck data import rows.jsonl --name my-data`")
            return
        table = Table("name in a spec", "rows", "state", "findings", box=None)
        for item in found:
            newest = item.newest
            findings = sum(finding.level != "info" for finding in newest.findings)
            table.add_row(
                newest.reference or item.name, f"{newest.rows:,}", newest.state, str(findings or "–")
            )
        console.print(table)


def _source(client: Client, text: str) -> Source:
    if text.startswith("hub:"):
        return HubSource(repo_id=text.removeprefix("hub:"))
    if text.startswith("server:"):
        return PathSource(path=text.removeprefix("server:"))
    path = Path(text).expanduser()
    if not path.is_file():
        fail(f"there is no file {path}; for a data set of the Hub write hub:{text}")
    return UploadSource(upload_id=client.upload(path).id)


def _finish(client: Client, version: DatasetVersionRead, *, json: bool) -> None:
    """Follow the import to its end; exit status 1 unless it is ready."""
    if json:
        version = client.wait_for_dataset(version.id)
        print_json(version.model_dump(mode="json"))
    else:
        version = _follow(client, version)
        console.print(f"{version.reference}: {version.rows:,} rows", highlight=False)
        for finding in version.findings:
            console.print(
                f"  {finding.level}: {finding.reason} → {finding.fix}", highlight=False, markup=False
            )
    if version.state != "ready":
        fail(f"the import {version.state}: {version.job.error if version.job else 'no reason given'}")


def _follow(client: Client, version: DatasetVersionRead) -> DatasetVersionRead:
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[message]}"), console=console
    ) as progress:
        bar = progress.add_task(version.name, total=1.0, message="")

        def show(now: DatasetVersionRead) -> None:
            if now.job is not None:
                progress.update(bar, completed=now.job.fraction or 0.0, message=now.job.message or "")

        return client.wait_for_dataset(version.id, on_change=show)


def add_to(parent: typer.Typer) -> None:
    parent.add_typer(app, name="data")
