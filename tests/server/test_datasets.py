"""Data sets through the REST API, on both databases."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from rftdeck import Client
from rftdeck.datasets import (
    DatasetCreate,
    DatasetVersionRead,
    Mapping,
    PathSource,
    UploadSource,
)
from rftdeck.errors import RftdeckError
from rftdeck_server.core.database import Database
from rftdeck_server.core.errors import Conflict
from rftdeck_server.datasets import service
from rftdeck_server.datasets.tables import ImageRow

from tests.server.datasets import a_name, imported, sums
from tests.server.import_files import jsonl, picture, zipped
from tests.support import TOKEN, Server


@pytest.fixture
def http(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=f"{server.url}/api/v1", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60
    ) as http:
        yield http


def codes(version: DatasetVersionRead) -> dict[str, tuple[str, int]]:
    return {finding.code: (finding.level, finding.count) for finding in version.findings}


def test_from_an_upload_to_rows(client: Client, server: Server, tmp_path: Path) -> None:
    path = tmp_path / "my sums (1).jsonl"
    path.write_bytes(jsonl(*sums(1000)) + b"broken\n")
    upload = client.upload(path)
    assert (upload.filename, upload.size_bytes) == ("my_sums_1_.jsonl", path.stat().st_size)
    seen = client.preview_import(UploadSource(upload_id=upload.id))
    assert seen.formats[0].format == "generic"
    assert [(column.name, column.type) for column in seen.columns] == [
        ("question", "text"),
        ("answer", "text"),
    ]
    assert seen.mapping == Mapping(prompt="question", answer="answer")
    assert (len(seen.rows), seen.problems, seen.files) == (20, [], ["my_sums_1_.jsonl"])

    name = a_name()
    made = client.create_dataset(
        DatasetCreate(name=name, source=UploadSource(upload_id=upload.id), description="Sums.")
    )
    assert (made.state, made.number, made.sha256) == ("importing", 1, None)
    version = client.wait_for_dataset(made.id, timeout_s=60)
    assert (version.state, version.rows, version.n_problems) == ("ready", 1000, 1)
    assert version.problems[0].line == 1001
    assert version.mapping == seen.mapping
    assert version.reference == f"dataset:{name}@{(version.sha256 or '')[:12]}"
    assert version.recipe == "visual_math"
    assert codes(version) == {"broken_line": ("warning", 1)}
    (train,) = version.splits
    assert (train.split, train.rows, train.answer_types) == ("train", 1000, {"number": 1000})
    assert sum(train.prompt_length.counts) == 1000
    assert len(train.prompt_length.edges) == len(train.prompt_length.counts) + 1
    assert (train.prompt_length_p50, train.prompt_length_max) == (16, 16)
    assert not (server.folder / "uploads" / upload.id).exists()
    assert list((server.folder / "imports").iterdir()) == []

    for offset in (0, 250, 255, 256, 990):
        page = client.dataset_rows(version.id, offset=offset, limit=50)
        assert [row.answer for row in page.items] == [
            str(i + 1) for i in range(offset, min(1000, offset + 50))
        ]
        assert (page.total, page.next_offset) == (1000, offset + 50 if offset < 950 else None)
    assert client.dataset_rows(version.id, offset=5000).items == []
    assert [row.answer for row in client.export_dataset(version.id, "train")] == [
        str(i + 1) for i in range(1000)
    ]
    with pytest.raises(RftdeckError, match="no split 'test'"):
        client.dataset_rows(version.id, "test")
    with pytest.raises(RftdeckError, match="no split 'test'"):
        list(client.export_dataset(version.id, "test"))

    (listed,) = [found for found in client.datasets() if found.name == name]
    assert (listed.newest.id, listed.description, listed.n_versions) == (version.id, "Sums.", 1)


def test_search_looks_at_prompt_answer_and_solution(client: Client, tmp_path: Path) -> None:
    records = [
        *sums(600),
        {"question": 'Ä "Zebra"\nline', "answer": "Ω"},
        {"question": "x", "answer": "so\n#### 7"},
    ]
    path = tmp_path / "x.jsonl"
    path.write_bytes(jsonl(*records))
    version = imported(client, path)
    for text, ids in {
        "IS 59": ["60", *(str(i) for i in range(591, 601))],
        '"zebra"\nLINE': ["601"],
        "ä": ["601"],
        "ω": ["601"],
        "so": ["602"],
        "nothing like it": [],
    }.items():
        page = client.dataset_rows(version.id, q=text)
        assert [row.id for row in page.items] == ids
        assert (page.total, page.next_offset) == (len(ids), None)
    first = client.dataset_rows(version.id, q="is 59", limit=3)
    assert first.next_offset is not None
    rest = client.dataset_rows(version.id, q="is 59", limit=50, offset=first.next_offset)
    assert len(first.items) + len(rest.items) == 11


def test_the_same_rows_again_are_the_same_version(client: Client, tmp_path: Path) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    one.write_bytes(jsonl(*sums(300)))
    other.write_bytes(jsonl(*sums(301)))
    name = a_name()
    first = imported(client, one, name)
    made = client.create_dataset(DatasetCreate(name=name, source=PathSource(path=str(one))))
    again = client.wait_for_dataset(made.id, timeout_s=60)
    assert made.id != first.id
    assert again == first
    assert made.job is not None
    assert "same rows as version 1" in (client.job(made.job.id).message or "")
    assert [row.id for row in client.dataset_rows(made.id).items] == [str(i) for i in range(1, 51)]
    second = imported(client, other, name)
    assert second.number == 2
    assert second.sha256 != first.sha256
    detail = client.dataset(first.dataset_id)
    assert [version.number for version in detail.versions] == [2, 1]
    assert detail.newest.id == second.id
    assert client.dataset_version(f"dataset:{name}").id == second.id
    assert client.dataset_version(first.reference or "").id == first.id
    assert imported(client, one, a_name()).sha256 == first.sha256  # another data set has versions of its own


@pytest.mark.parametrize(
    "reference", ["dataset:there-is-none", "starter/text", "dataset:", "dataset:x@zz", "dataset:%"]
)
def test_a_reference_that_means_nothing(client: Client, reference: str) -> None:
    with pytest.raises(RftdeckError, match=r"dataset\.name"):
        client.dataset_version(reference)


def test_a_version_goes_with_its_rows_and_the_last_one_with_its_data_set(
    client: Client, tmp_path: Path
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(jsonl(*sums(10)))
    name = a_name()
    first = imported(client, path, name)
    alias = client.create_dataset(DatasetCreate(name=name, source=PathSource(path=str(path))))
    client.wait_for_dataset(alias.id, timeout_s=60)
    path.write_bytes(jsonl(*sums(11)))
    second = imported(client, path, name)
    client.delete_dataset_version(first.id)
    for version_id in (first.id, alias.id):
        with pytest.raises(RftdeckError, match="no version"):
            client.dataset_version(version_id)
    assert client.dataset(second.dataset_id).n_versions == 1
    client.delete_dataset_version(second.id)
    with pytest.raises(RftdeckError, match="no data set"):
        client.dataset(second.dataset_id)
    assert imported(client, path, name).number == 1


def test_a_version_that_runs_name_is_kept(client: Client, server: Server, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(jsonl(*sums(10)))
    version = imported(client, path)
    with pytest.raises(Conflict, match="2 runs"), Database(server.database_url).write() as session:
        service.delete(session, version.id, lambda _session, row: 2 if row.id == version.id else 0)
    assert len(client.dataset_rows(version.id).items) == 10


def test_held_out_rows_are_chosen_by_problem(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(jsonl(*sums(2000), *sums(2000)))
    version = imported(client, path, heldout_fraction=0.2)
    rows = {split.split: list(client.export_dataset(version.id, split.split)) for split in version.splits}
    assert set(rows) == {"train", "heldout"}
    assert 300 < len(rows["heldout"]) / 2 < 500
    problems = {split: {row.messages[0].content for row in found} for split, found in rows.items()}
    assert not problems["train"] & problems["heldout"]
    assert {row.split for row in rows["heldout"]} == {"heldout"}
    assert codes(version)["duplicate"] == ("warning", 2000)
    longer = tmp_path / "longer.jsonl"
    longer.write_bytes(jsonl(*sums(2500)))
    more = imported(client, longer, heldout_fraction=0.2)
    held = {row.messages[0].content for row in client.export_dataset(more.id, "heldout")}
    assert problems["heldout"] <= held  # a version with more rows holds the same problems out


def test_duplicates_and_leaks(client: Client, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "train.jsonl").write_bytes(jsonl(*sums(100), *sums(10)))
    (folder / "test.jsonl").write_bytes(jsonl(*sums(20, first=90)))
    kept = imported(client, folder, drop_leaked=False)
    by_name = {split.split: split for split in kept.splits}
    assert (by_name["train"].rows, by_name["train"].duplicates, by_name["train"].leaked) == (110, 10, 10)
    assert (by_name["test"].rows, by_name["test"].leaked) == (20, 10)
    assert codes(kept)["leak"] == ("warning", 10)
    clean = imported(client, folder, drop_duplicates=True)
    by_name = {split.split: split for split in clean.splits}
    assert (by_name["train"].rows, by_name["train"].duplicates, by_name["train"].leaked) == (90, 0, 0)
    assert (by_name["test"].rows, by_name["test"].leaked) == (20, 0)
    assert [finding.count for finding in clean.findings if finding.level == "info"] == [10, 10]


def test_ids_are_made_unique(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(jsonl(*({**record, "id": f"r{i % 3}"} for i, record in enumerate(sums(7)))))
    version = imported(client, path)
    rows = list(client.export_dataset(version.id))
    assert [row.id for row in rows] == ["r0", "r1", "r2", "r0~4", "r1~5", "r2~6", "r0~7"]
    assert [row.answer for row in rows] == [str(i + 1) for i in range(7)]


def test_findings_about_gold(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    rows = [
        *sums(70),
        {"question": "", "answer": "1"},
        {"question": "x" * 17_000, "answer": "2"},
        {"question": "?"},
    ]
    path.write_bytes(jsonl(*rows))
    found = codes(imported(client, path))
    assert found == {
        "no_gold": ("warning", 1),
        "empty_prompt": ("warning", 1),
        "long_prompt": ("warning", 1),
    }
    path.write_bytes(jsonl(*({"question": f"Where is {i}?", "answer": [i, 0, i, 0]} for i in range(5))))
    version = imported(client, path)
    assert codes(version)["gold_not_scorable"] == ("error", 5)
    assert version.findings[0].examples[0].startswith("1: ")
    assert codes(version)["too_few_rows"] == ("warning", 5)


def test_images_are_stored_once_and_served(client: Client, server: Server, tmp_path: Path) -> None:
    colours = ["red", "blue", "red"]
    files = {f"img/{i}.png": picture(colour=colour) for i, colour in enumerate(colours)}
    records = [
        {"problem": f"<image>What colour is {i}?", "answer": colour, "images": [f"img/{i}.png"]}
        for i, colour in enumerate(colours)
    ]
    path = zipped(
        tmp_path / "x.zip", {"train.jsonl": jsonl(*records, {**records[0], "images": ["no.png"]}), **files}
    )
    upload = client.upload(path)
    seen = client.preview_import(UploadSource(upload_id=upload.id))
    assert client.media(seen.rows[0].images[0]) == files["img/0.png"]
    assert "no such file" in seen.problems[0].reason
    made = client.create_dataset(DatasetCreate(name=a_name(), source=UploadSource(upload_id=upload.id)))
    version = client.wait_for_dataset(made.id, timeout_s=60)
    assert (version.rows, version.splits[0].images, version.splits[0].with_images) == (3, 3, 3)
    assert codes(version)["missing_image"] == ("warning", 1)
    rows = client.dataset_rows(version.id).items
    assert rows[0].images == rows[2].images == [hashlib.sha256(files["img/0.png"]).hexdigest()]
    assert client.media(rows[1].images[0]) == files["img/1.png"]
    with Database(server.database_url).read() as session:
        held = session.scalars(sa.select(ImageRow.sha256).where(ImageRow.version_id == version.id)).all()
    assert set(held) == {rows[0].images[0], rows[1].images[0]}


def test_an_import_of_nothing_fails_with_its_reason(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"nonsense\n")
    made = client.create_dataset(DatasetCreate(name=a_name(), source=PathSource(path=str(path))))
    version = client.wait_for_dataset(made.id, timeout_s=60)
    assert version.state == "failed"
    assert version.job is not None
    assert (
        version.job.error
        == "no record became a row: x.jsonl line 1: not JSON: Expecting value: line 1 column 1 (char 0)"
    )
    empty = tmp_path / "empty"
    empty.mkdir()
    made = client.create_dataset(DatasetCreate(name=a_name(), source=PathSource(path=str(empty))))
    failed = client.wait_for_dataset(made.id, timeout_s=60).job
    assert failed is not None
    assert "no file with records" in (failed.error or "")


def test_the_mapping_of_a_person_is_used(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b,part\nWhat?,4,easy\nWho?,5,hard\n")
    mapping = Mapping(prompt="a", answer="b", answer_type="text", split="part", task_type="odd")
    seen = client.preview_import(PathSource(path=str(path)), mapping)
    assert [(row.messages[0].content, row.answer, row.answer_type, row.split) for row in seen.rows] == [
        ("What?", "4", "text", "easy"),
        ("Who?", "5", "text", "hard"),
    ]
    made = client.create_dataset(
        DatasetCreate(name=a_name(), source=PathSource(path=str(path)), mapping=mapping)
    )
    version = client.wait_for_dataset(made.id, timeout_s=60)
    assert {split.split: split.rows for split in version.splits} == {"easy": 1, "hard": 1}
    assert version.splits[0].task_types == {"odd": 1}


def test_exported_rows_are_json_lines_of_their_own_kind(
    http: httpx.Client, client: Client, tmp_path: Path
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(jsonl({"question": "line\u2028separator", "answer": "1"}, *sums(3)))
    version = imported(client, path)
    answer = http.get(f"/dataset-versions/{version.id}/export")
    assert "attachment" in answer.headers["content-disposition"]
    lines = answer.content.split(b"\n")
    assert len(lines) == 5
    assert json.loads(lines[0])["messages"] == [{"role": "user", "content": "line\u2028separator"}]
    assert len(list(client.export_dataset(version.id))) == 4
    digest = hashlib.sha256(b'"train"\n' + answer.content)
    assert digest.hexdigest() == version.sha256
