"""All commands, each a thin layer over the client."""

import typer

from rftdeck.cli import data, demo, launch, preflight, runs, up

app = typer.Typer(
    name="rftdeck",
    help="Launch, watch and read reinforcement fine-tuning runs.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for module in (up, demo, launch, preflight, data, runs):
    module.add_to(app)
