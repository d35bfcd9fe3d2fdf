"""What the commands share: the console, errors, and how a run reads in a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

from rftdeck.client import Client
from rftdeck.errors import RftdeckError, ServerUnavailable
from rftdeck.runs import RunRead
from rftdeck.states import RunState

console = Console()
errors = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

STATE_COLOURS = {
    RunState.QUEUED: "yellow",
    RunState.CLAIMED: "cyan",
    RunState.RUNNING: "blue",
    RunState.PAUSING: "magenta",
    RunState.PAUSED: "magenta",
    RunState.COMPLETED: "green",
    RunState.FAILED: "red",
    RunState.CANCELLED: "bright_black",
    RunState.CRASHED: "red",
}


@contextmanager
def connected() -> Iterator[Client]:
    """A client; refusals and silence become a message and exit status 1."""
    with Client() as client:
        try:
            yield client
        except ServerUnavailable as error:
            fail(
                f"no server answers: {error}\nStart one with `rftdeck up`, or set RFTDECK_URL and RFTDECK_TOKEN."
            )
        except RftdeckError as error:
            fail(str(error))


def fail(message: str) -> None:
    """Raises typer.Exit(1)."""
    errors.print(message, style="red", markup=False, highlight=False)
    raise typer.Exit(1)


def print_json(value: Any) -> None:
    """To stdout, without colours or line wrapping."""
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def coloured(state: RunState) -> str:
    return f"[{STATE_COLOURS[state]}]{state}[/]"


def progress_of(run: RunRead) -> str:
    return f"{run.step}/{run.max_steps}" if run.max_steps else str(run.step)


def number(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
