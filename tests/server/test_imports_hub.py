"""Data sets of the Hub, against a server that speaks the few routes of it that are needed."""

import io
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rftdeck import Client
from rftdeck.datasets import DatasetCreate, HubSource, SplitOptions
from rftdeck.errors import RftdeckError

from tests.conftest import fresh_database
from tests.server.import_files import jsonl, picture
from tests.support import Server

TOKEN = "hf_of_the_server"


def table(n: int, first: int = 0) -> bytes:
    buffer = io.BytesIO()
    rows = [{"question": f"{i}+1?", "answer": f"so\n#### {i + 1}"} for i in range(first, first + n)]
    pq.write_table(pa.Table.from_pylist(rows), buffer, row_group_size=100)
    return buffer.getvalue()


@dataclass
class Hub:
    repositories: dict[tuple[str, str], dict[str, bytes]] = field(default_factory=dict)
    """(repo id, revision) → files."""
    cards: dict[str, object] = field(default_factory=dict)
    url: str = ""
    without_token: set[str] = field(default_factory=set)
    sent: int = 0
    """Bytes of files."""
    failures: int = 0
    """Requests for files to answer with 503 before it works."""


def handler_of(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            if "/datasets/" in path and self.headers.get("Authorization") != f"Bearer {TOKEN}":
                hub.without_token.add(path)
            if path.startswith("/api/datasets/"):
                repo, _, revision = path.removeprefix("/api/datasets/").partition("/revision/")
                self._info(repo, revision or "main")
            else:
                repo, _, rest = path.removeprefix("/datasets/").partition("/resolve/")
                for (known, revision), files in hub.repositories.items():
                    name = rest.removeprefix(f"commit-{revision.replace('/', '-')}/")
                    if known == repo and name in files and name != rest:
                        self._file(files[name])
                        return
                self._refuse(404, "EntryNotFound")

        def _info(self, repo: str, revision: str) -> None:
            files = hub.repositories.get((repo, revision))
            if files is not None:
                self._found(repo, revision, files)
            elif repo == "lab/gated":
                self._refuse(403, "GatedRepo")
            elif (repo, "main") in hub.repositories:
                self._refuse(404, "RevisionNotFound")
            else:
                self._refuse(401, "RepoNotFound")

        def _found(self, repo: str, revision: str, files: dict[str, bytes]) -> None:
            info = {
                "id": repo,
                "sha": f"commit-{revision.replace('/', '-')}",
                "siblings": [{"rfilename": name, "size": len(data)} for name, data in files.items()],
                "cardData": hub.cards.get(repo),
            }
            self._answer(200, json.dumps(info).encode(), {"Content-Type": "application/json"})

        def _file(self, data: bytes) -> None:
            if hub.failures:
                hub.failures -= 1
                self._refuse(503, "Busy")
                return
            start, _, end = self.headers["Range"].removeprefix("bytes=").partition("-")
            part = data[int(start) : int(end) + 1]
            hub.sent += len(part)
            self._answer(206, part, {"Content-Range": f"bytes {start}-{end}/{len(data)}"})

        def _refuse(self, status: int, code: str) -> None:
            self._answer(status, b"{}", {"X-Error-Code": code, "X-Error-Message": code})

        def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    return Handler


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(hub))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield hub
    server.shutdown()


@pytest.fixture(scope="module")
def hub_client(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, redis_url: str, hub: Hub
) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("hub-server")
    env = {"HF_ENDPOINT": hub.url, "HF_TOKEN": TOKEN, "HF_HUB_OFFLINE": "0"}
    server = Server(folder, fresh_database(request, "sqlite", folder), redis_url, env=env)
    server.start()
    with server.client() as client:
        yield client
    server.stop()


def refused(client: Client, **source: str) -> tuple[str, str]:
    with pytest.raises(RftdeckError) as refusal:
        client.preview_import(HubSource.model_validate(source))
    (error,) = refusal.value.problem.errors
    return error.path, f"{error.reason}. {error.fix}"


def test_splits_of_a_repository_by_its_file_names(hub: Hub, hub_client: Client) -> None:
    hub.repositories["lab/sums", "main"] = {
        "README.md": b"# sums",
        "data/train-00000-of-00002.parquet": table(250),
        "data/train-00001-of-00002.parquet": table(250, first=250),
        "data/test-00000-of-00001.parquet": table(50, first=500),
        "script.json": b"{}",
    }
    hub.failures = 2
    source = HubSource(repo_id="lab/sums")
    seen = hub_client.preview_import(source)
    assert seen.formats[0].format == "gsm8k"
    assert len(seen.files) == 3
    made = hub_client.create_dataset(DatasetCreate(name="sums", source=source, splits=SplitOptions()))
    version = hub_client.wait_for_dataset(made.id, timeout_s=60)
    assert {split.split: split.rows for split in version.splits} == {"train": 500, "test": 50}
    assert [row.answer for row in hub_client.export_dataset(version.id, "train")] == [
        str(i + 1) for i in range(500)
    ]
    assert hub.without_token == set()


def test_a_preview_reads_the_beginning_of_large_files_only(hub: Hub, hub_client: Client) -> None:
    hub.repositories["lab/large", "main"] = {
        "train.jsonl": jsonl(*[{"question": "x" * 1000, "answer": "1"}] * 60_000)
    }
    before = hub.sent
    assert len(hub_client.preview_import(HubSource(repo_id="lab/large")).rows) == 20
    assert hub.sent - before < 20 * 2**20 < len(hub.repositories["lab/large", "main"]["train.jsonl"])


def test_images_by_their_path_in_the_repository(hub: Hub, hub_client: Client) -> None:
    hub.repositories["lab/pictures", "main"] = {
        "set/train.jsonl": jsonl(
            *({"image": f"images/{i}.png", "problem": "?", "solution": "1"} for i in range(2))
        ),
        "set/images/0.png": picture(),
    }
    seen = hub_client.preview_import(HubSource(repo_id="lab/pictures"))
    assert hub_client.media(seen.rows[0].images[0]) == picture()
    assert [problem.reason for problem in seen.problems] == ["set/train.jsonl line 2: there is no such file"]


def test_configs_of_folders_and_of_the_card(hub: Hub, hub_client: Client) -> None:
    hub.repositories["lab/configs", "main"] = {
        "easy/train.jsonl": jsonl({"question": "easy", "answer": "1"}),
        "hard/train.jsonl": jsonl({"question": "hard", "answer": "1"}),
    }
    assert refused(hub_client, repo_id="lab/configs") == (
        "source.config",
        "The data set has several configs. Choose one of: easy, hard.",
    )
    seen = hub_client.preview_import(HubSource(repo_id="lab/configs", config="hard"))
    assert [row.messages[0].content for row in seen.rows] == ["hard"]

    hub.repositories["lab/card", "main"] = {
        "a/one.jsonl": jsonl({"question": "one", "answer": "1"}),
        "a/two.jsonl": jsonl({"question": "two", "answer": "2"}),
    }
    hub.cards["lab/card"] = {
        "configs": [
            {
                "config_name": "default",
                "data_files": [
                    {"split": "train", "path": "a/one*"},
                    {"split": "rare", "path": ["a/two.jsonl"]},
                ],
            },
            {"config_name": "half", "data_files": "a/two.jsonl"},
        ]
    }
    seen = hub_client.preview_import(HubSource(repo_id="lab/card"))
    assert [(row.messages[0].content, row.split) for row in seen.rows] == [("one", "train"), ("two", "rare")]
    seen = hub_client.preview_import(HubSource(repo_id="lab/card", config="half"))
    assert [row.messages[0].content for row in seen.rows] == ["two"]
    assert refused(hub_client, repo_id="lab/card", config="no")[0] == "source.config"


def test_the_copy_of_the_hub_when_the_repository_has_no_readable_files(hub: Hub, hub_client: Client) -> None:
    hub.repositories["lab/script", "main"] = {"script.py": b"", "x.tar": b""}
    hub.repositories["lab/script", "refs/convert/parquet"] = {
        "default/train/0000.parquet": table(3),
        "default/rare/0000.parquet": table(2, first=3),
    }
    seen = hub_client.preview_import(HubSource(repo_id="lab/script"))
    assert sorted(row.split for row in seen.rows) == ["rare", "rare", "train", "train", "train"]
    hub.repositories["lab/nothing", "main"] = {"x.tar": b""}
    path, text = refused(hub_client, repo_id="lab/nothing")
    assert path == "source.repo_id"
    assert "no records" in text


@pytest.mark.parametrize(
    ("source", "field", "words"),
    [
        ({"repo_id": "lab/gated"}, "source.repo_id", "HF_TOKEN"),
        ({"repo_id": "lab/missing"}, "source.repo_id", "no such data set"),
        ({"repo_id": "lab/sums", "revision": "v9"}, "source.revision", "no such revision"),
    ],
)
def test_what_the_hub_refuses(
    hub: Hub, hub_client: Client, source: dict[str, str], field: str, words: str
) -> None:
    hub.repositories.setdefault(("lab/sums", "main"), {"train.parquet": table(1)})
    path, text = refused(hub_client, **source)
    assert path == field
    assert words in text


@pytest.mark.parametrize(
    ("env", "words"),
    [({"HF_HUB_OFFLINE": "1"}, "offline"), ({"HF_ENDPOINT": "http://127.0.0.1:1"}, "cannot be reached")],
)
def test_a_server_without_the_hub(own_server: Server, env: dict[str, str], words: str) -> None:
    own_server.stop()
    own_server.env.update({"HF_HUB_OFFLINE": "0", **env})
    own_server.start()
    with own_server.client() as client:
        path, text = refused(client, repo_id="lab/sums")
    assert path == "source.repo_id"
    assert words in text
