"""The command line: `rftdeck --help`."""

from rftdeck.cli.app import app

__all__ = ["app"]
