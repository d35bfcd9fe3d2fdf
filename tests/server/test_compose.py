"""docker-compose.yml against the code that reads its environment; no engine needed."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml
from rftdeck.home import server_url
from rftdeck_server.core.settings import REPOSITORY, Settings

SECRETS = {"RFTDECK_TOKEN": "t", "POSTGRES_PASSWORD": "p"}
VALUES = {**SECRETS, "RFTDECK_MEMBER_TOKEN": "m"}


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, object]]:
    text = (REPOSITORY / "docker-compose.yml").read_text()
    text = re.sub(r"\$\{(\w+)[^}]*\}", lambda match: VALUES[match[1]], text)
    return yaml.safe_load(text)["services"]


def test_the_server_reads_what_compose_sets(
    services: dict[str, dict[str, dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in services["api"]["environment"].items():
        monkeypatch.setenv(name, value)
    settings = Settings.from_environment()
    assert settings.database_url == "postgresql+psycopg://rftdeck:p@postgres:5432/rftdeck"
    assert settings.redis_url == "redis://redis:6379/0"
    assert settings.token == "t"
    assert settings.member_token == "m"
    assert not settings.shares_files_with_workers


def test_the_workers_find_the_server(
    services: dict[str, dict[str, dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("worker-gpu", "worker-cpu"):
        environment = services[name]["environment"]
        monkeypatch.setenv("RFTDECK_URL", environment["RFTDECK_URL"])
        assert server_url() == "http://api:8420"
        assert environment["RFTDECK_TOKEN"] == "t"
        assert environment["RFTDECK_REDIS_URL"] == services["api"]["environment"]["RFTDECK_REDIS_URL"]
    assert services["worker-gpu"]["profiles"] == ["gpu"]


@pytest.mark.parametrize("file", ["backend/Dockerfile", "workers/Dockerfile"])
def test_what_the_images_copy_and_start_is_there(file: str) -> None:
    text = (REPOSITORY / file).read_text()
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        *sources, _ = line.split()
        assert all((REPOSITORY / source).exists() for source in sources)
    command = re.search(r'"-m", "(\w+)"', text)
    assert command is not None
    assert importlib.util.find_spec(f"{command[1]}.__main__") is not None


def test_secrets_are_required_not_defaulted() -> None:
    text = Path(REPOSITORY / "docker-compose.yml").read_text()
    for name in SECRETS:
        assert not re.search(rf"\$\{{{name}:?-", text)
        assert re.search(rf"\$\{{{name}:\?", text)
