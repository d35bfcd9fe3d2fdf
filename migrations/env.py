"""Alembic environment: one set of migrations for SQLite and PostgreSQL."""

from typing import Any

from alembic import context
from rftdeck_server.core.database import Database
from rftdeck_server.core.settings import Settings
from rftdeck_server.tables import Base

LOCK = 0x52465445
"""Key of the PostgreSQL lock that lets one server migrate at a time."""


def run() -> None:
    url = context.config.attributes.get("database_url") or Settings.from_environment().database_url
    database = Database(url)
    with database.engine.connect() as connection, connection.begin():
        if not database.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        options: dict[str, Any] = {"render_as_batch": database.is_sqlite}
        context.configure(connection=connection, target_metadata=Base.metadata, **options)
        context.run_migrations()
    database.close()


run()
