"""Sources that are refused, uploads, and what goes when nobody needs it any more."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from rftdeck.datasets import DatasetCreate, PathSource
from rftdeck.errors import RftdeckError
from rftdeck_server.core.database import Database, now
from rftdeck_server.datasets import importing, store, uploads
from rftdeck_server.media import store as media
from rftdeck_server.media.tables import MediaRow

from tests.server.datasets import a_name, imported, sums
from tests.server.import_files import jsonl
from tests.support import TOKEN, Server


@pytest.fixture
def http(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=f"{server.url}/api/v1", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60
    ) as http:
        yield http


# ---- sources that are refused -----------------------------------------------------------------------------------------


def fields_of(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["path"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("address", ["/imports/preview", "/datasets"])
@pytest.mark.parametrize(
    ("source", "field"),
    [
        ({"kind": "upload", "upload_id": "0" * 32}, "source.upload_id"),
        ({"kind": "upload", "upload_id": "../../etc"}, "source.upload_id"),
        ({"kind": "path", "path": "/there/is/nothing"}, "source.path"),
        ({"kind": "path", "path": "\x00"}, "source.path"),
        ({"kind": "path", "path": "/dev/zero"}, "source.path"),
    ],
)
def test_a_source_that_is_not_there(
    http: httpx.Client, address: str, source: dict[str, str], field: str
) -> None:
    assert fields_of(
        http.post(
            address,
            json={"name": a_name(), "source": source} if address == "/datasets" else {"source": source},
        )
    ) == [field]


def test_a_name_that_would_be_a_path(http: httpx.Client) -> None:
    source = {"kind": "path", "path": "/tmp"}
    assert fields_of(http.post("/datasets", json={"name": "../x", "source": source})) == ["name"]


def test_paths_outside_of_the_allowed_folders(own_server: Server, tmp_path: Path) -> None:
    own_server.stop()
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    (tmp_path / "secret.jsonl").write_bytes(jsonl(*sums(3)))
    (allowed / "link.jsonl").symlink_to(tmp_path / "secret.jsonl")
    (allowed / "x.jsonl").write_bytes(jsonl(*sums(3)))
    own_server.env["RFTDECK_DATA"] = str(allowed)
    own_server.start()
    with own_server.client() as client:
        for name in ("secret.jsonl", "allowed/link.jsonl", "allowed/../secret.jsonl"):
            with pytest.raises(RftdeckError, match=r"source\.path.*outside"):
                client.create_dataset(DatasetCreate(name="x", source=PathSource(path=str(tmp_path / name))))
        assert imported(client, allowed / "x.jsonl").rows == 3
        own_server.stop()
        own_server.env.update(RFTDECK_DATA="", RFTDECK_MAX_UPLOAD_BYTES="1000")
        own_server.start()
        with pytest.raises(RftdeckError) as refusal:
            client.preview_import(PathSource(path=str(allowed)))
        assert "RFTDECK_DATA" in (refusal.value.problem.errors[0].fix or "")

        large = tmp_path / "large.jsonl"
        large.write_bytes(b"x" * 2000)
        with pytest.raises(RftdeckError, match="RFTDECK_MAX_UPLOAD_BYTES"):
            client.upload(large)

        def blocks() -> Iterator[bytes]:
            yield from [b"x" * 600] * 2

        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = httpx.post(f"{own_server.url}/api/v1/uploads?filename=x", content=blocks(), headers=headers)
        assert answer.status_code == 413
        assert list((own_server.folder / "uploads").iterdir()) == []


def test_an_upload_of_a_gigabyte_is_never_held_in_memory(own_server: Server) -> None:
    def blocks() -> Iterator[bytes]:
        for _ in range(512):
            yield b"x" * 2**20

    assert own_server.process is not None
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = httpx.post(
        f"{own_server.url}/api/v1/uploads?filename=../../../x.jsonl",
        content=blocks(),
        headers=headers,
        timeout=120,
    )
    assert answer.json()["size_bytes"] == 512 * 2**20
    status = Path(f"/proc/{own_server.process.pid}/status").read_text()
    peak = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
    assert peak < 400 * 1024
    assert answer.json()["filename"] == "x.jsonl"
    assert (own_server.folder / "uploads" / answer.json()["id"] / "x.jsonl").stat().st_size == 512 * 2**20


@pytest.mark.parametrize(
    ("given", "name"),
    [("a b.jsonl", "a_b.jsonl"), ("..", "file"), ("../../x.csv", "x.csv"), ("C:\\x\\ä.zip", "_.zip"), (".env", "env"), ("x" * 300 + ".csv", "x" * 96 + ".csv")],
)  # fmt: skip
def test_names_of_uploads(given: str, name: str) -> None:
    assert uploads.clean_name(given) == name


# ---- what nobody needs any more -----------------------------------------------------------------------------------------


def test_images_go_when_no_data_set_holds_them(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RFTDECK_HOME", str(tmp_path))
    old = now() - media.KEEP_UNUSED * 2
    with database.write() as session:
        media.add_imported(session, {name * 64: ("image/png", b"1") for name in "abcd"})
        media.keep(session, "c" * 64, "image/png", b"1")  # a rollout shows it too
        session.execute(sa.update(MediaRow).values(created_at=old))
        media.add_imported(session, {"d" * 64: ("image/png", b"1")})  # somebody is about to use it
        session.execute(
            sa.text("INSERT INTO datasets (id, name, description, created_at) VALUES (1, 'x', '', :now)"),
            {"now": now()},
        )
        session.execute(
            sa.text(
                "INSERT INTO dataset_versions (id, dataset_id, number, state, rows, size_bytes, splits, findings, "
                "problems, n_problems, source, split_options, created_at) "
                "VALUES (1, 1, 1, 'ready', 0, 0, '[]', '[]', '[]', 0, '{}', '{}', :now)"
            ),
            {"now": now()},
        )
        store.hold_images(session, 1, ["a" * 64, "a" * 64])
    importing.sweep(database)
    with database.read() as session:
        assert media.known(session, [name * 64 for name in "abcd"]) == {"a" * 64, "c" * 64, "d" * 64}


def test_old_uploads_are_forgotten_unless_an_import_waits_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RFTDECK_HOME", str(tmp_path))
    for name, age in (("fresh", 0), ("old", 2), ("waited-for", 2), ("half.part", 2)):
        folder = tmp_path / "uploads" / name
        folder.mkdir(parents=True)
        (folder / "x.csv").write_bytes(b"")
        time = folder.stat().st_mtime - age * uploads.KEEP_S
        os.utime(folder, (time, time))
    uploads.forget_old({"waited-for"})
    assert sorted(folder.name for folder in (tmp_path / "uploads").iterdir()) == ["fresh", "waited-for"]
