"""Bring the database to the newest schema."""

from alembic import command
from alembic.config import Config

from rftdeck_server.core.settings import REPOSITORY

MIGRATIONS = REPOSITORY / "migrations"


def migrate(database_url: str) -> None:
    """Runs every migration that is missing."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["database_url"] = database_url
    command.upgrade(config, "head")
