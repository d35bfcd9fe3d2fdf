"""`rftdeck up`: the whole of rftdeck on one machine."""

from typing import Annotated

import typer

from rftdeck.cli.common import console, fail
from rftdeck.cli.stack import Stack, StackError

Port = Annotated[
    int | None, typer.Option(help="Port of the dashboard; by default the first free one from 8420.")
]
Slots = Annotated[int, typer.Option(min=1, help="Runs that train at the same time.")]


def up(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Port = None,
    slots: Slots = 1,
    worker: Annotated[bool, typer.Option(help="Start a worker as well.")] = True,
) -> None:
    """Start Redis, the server and one worker, until Ctrl-C."""
    try:
        with Stack(host=host, port=port, slots=slots, worker=worker) as stack:
            console.print(f"\nrftdeck is up:  [bold]{stack.login_url}[/]\n", highlight=False, soft_wrap=True)
            console.print(
                f"Data and logs: {stack.home}. The worker is loading torch; runs can be launched already. "
                "Ctrl-C ends everything.",
                highlight=False,
            )
            try:
                stack.watch(
                    lambda name: console.print(f"the {name} ended and was started again; see its log")
                )
            except KeyboardInterrupt:
                console.print("shutting down …")
    except StackError as error:
        fail(str(error))


def add_to(app: typer.Typer) -> None:
    app.command()(up)
