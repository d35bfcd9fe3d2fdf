"""Files that are broken or mean harm: the rest is imported, and what is wrong is named."""

import codecs
import gzip
import io
import json
import os
import resource
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from rftdeck_server.datasets.readers import lines
from rftdeck_server.datasets.readers.record import SourceError
from rftdeck_server.datasets.readers.trees import Folder

from tests.server.import_files import Read, jsonl, picture, read, written, zipped

GOOD = {"question": "1+1?", "answer": "2"}


def reasons(found: Read) -> str:
    return "; ".join(f"{problem.line}: {problem.reason}" for problem in found.problems)


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# ---- text ---------------------------------------------------------------------------------------------------------


def test_a_broken_line_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    good = jsonl(GOOD)
    found = read(written(tmp_path / "x.jsonl", good + b'{"question": \n\n[1, 2]\n"text"\nnull\n' + good))
    assert [row.id for row in found.rows] == ["1", "2"]
    assert [problem.line for problem in found.problems] == [2, 4, 5, 6]
    assert "not JSON" in found.problems[0].reason
    assert found.problems[1].reason == "is a list, not an object"
    assert found.problems[0].file == "x.jsonl"


def test_a_line_of_a_gigabyte_is_passed_over_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    with path.open("wb") as file:
        file.write(jsonl(GOOD) + b'{"question": "')
        file.truncate(2**30)  # a hole of zeros
        file.seek(2**30)
        file.write(b'"}\n' + jsonl(GOOD))
    before = peak_mib()
    found = read(path)
    assert len(found.rows) == 2
    assert [(problem.line, problem.reason) for problem in found.problems] == [
        (2, "the line is longer than 32 MiB")
    ]
    assert peak_mib() - before < 200


def test_the_longest_line_that_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE", 100)
    monkeypatch.setattr(lines, "BLOCK", 7)
    file = io.BytesIO(b"a" * 100 + b"\n" + b"b" * 101 + b"\nc\n\n" + b"d" * 100)
    assert list(lines.lines(file)) == [(1, b"a" * 100), (2, None), (3, b"c"), (4, b""), (5, b"d" * 100)]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
    ],
)
@pytest.mark.parametrize("kind", ["jsonl", "csv", "json"])
def test_encodings_that_say_what_they_are(tmp_path: Path, kind: str, encoding: str, mark: bytes) -> None:
    record = {"question": "Größe 😀?", "answer": "ja"}
    text = {
        "jsonl": json.dumps(record, ensure_ascii=False) + "\n",
        "json": json.dumps([record], ensure_ascii=False),
        "csv": "question,answer\nGröße 😀?,ja\n",
    }[kind]
    found = read(written(tmp_path / f"x.{kind}", mark + text.encode(encoding)))
    assert [row.messages[0].content for row in found.rows] == ["Größe 😀?"]
    assert found.problems == []


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_an_encoding_that_says_nothing_is_read_as_latin_1_and_told(tmp_path: Path, kind: str) -> None:
    data = {
        "jsonl": jsonl(GOOD) + '{"question": "Größe?", "answer": "ja"}\n'.encode("latin-1"),
        "csv": b"question,answer\n1+1?,2\n" + "Größe?,ja\n".encode("latin-1"),
    }[kind]
    found = read(written(tmp_path / f"x.{kind}", data))
    assert [row.messages[0].content for row in found.rows] == ["1+1?", "Größe?"]
    assert "Latin-1" in reasons(found)


def test_nul_lone_surrogates_nan_and_huge_numbers(tmp_path: Path) -> None:
    data = (
        b'{"question": "a\\u0000b\\ud800c", "answer": 123456789012345678901234567890, "x": NaN, "y": 1e999}\n'
        b'{"question": "tab\there", "answer": ' + b"9" * 5000 + b"}\n"
    )
    found = read(written(tmp_path / "x.jsonl", data))
    assert found.rows[0].messages[0].content == "a�b�c"
    assert found.rows[0].answer == "123456789012345678901234567890"
    assert found.rows[0].extra == {}
    assert json.loads(found.rows[0].model_dump_json())["id"] == "1"
    assert len(found.rows) + len(found.problems) == 2


def test_deep_json_is_refused_by_its_line(tmp_path: Path) -> None:
    deep = b'{"question": "a", "answer": "b", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    less = b'{"question": "a", "answer": "b", "x": ' + b"[" * 60 + b"]" * 60 + b"}\n"
    found = read(written(tmp_path / "x.jsonl", deep + less + jsonl(GOOD)))
    assert [problem.line for problem in found.problems] == [1, 2]
    assert "nested too deeply" in found.problems[1].reason
    assert len(found.rows) == 1


def test_a_hostile_chat_in_a_text(tmp_path: Path) -> None:
    nested = "[{" + "'a':[" * 5_000
    calls = "[{'role': __import__('os').system('touch /tmp/never')}]"
    found = read(
        written(
            tmp_path / "x.jsonl", jsonl({"message": nested, "answer": "1"}, {"message": calls, "answer": "1"})
        )
    )
    assert [row.messages[0].content for row in found.rows] == [nested, calls]


def test_columns_of_mixed_types(tmp_path: Path) -> None:
    values = ["text", 1, 2.5, True, None, ["a"], {"b": 1}, [[1, 2, 3, 4]]]
    found = read(
        written(
            tmp_path / "x.jsonl",
            jsonl(*({"question": value, "answer": value, "x": value} for value in values)),
        )
    )
    assert len(found.rows) + len(found.problems) == len(values)
    assert len(found.rows) == 5  # no question is None, a list of texts, or a list of boxes
    assert [row.extra.get("x") for row in found.rows][:3] == ["text", 1, 2.5]


def test_a_record_with_far_too_many_values(tmp_path: Path) -> None:
    found = read(written(tmp_path / "x.jsonl", jsonl({**GOOD, "x": [[i] for i in range(150_000)]}, GOOD)))
    assert "more than 100,000 values" in reasons(found)
    assert len(found.rows) == 1


# ---- CSV ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_dialects(tmp_path: Path, delimiter: str) -> None:
    text = delimiter.join(("question", "answer", "note")) + "\r\n"
    text += delimiter.join(('"a ""b"",; c\nd"', "2", "")) + "\r\n\r\n"
    found = read(written(tmp_path / "x.csv", text.encode()))
    assert [row.messages[0].content for row in found.rows] == ['a "b",; c\nd']
    assert found.rows[0].answer == "2"


def test_csv_rows_that_do_not_fit_the_header(tmp_path: Path) -> None:
    data = b"question,answer,answer\n1+1?,2,x\nonly one\na,b,c,d\n1+2?,3,y\n"
    found = read(written(tmp_path / "x.csv", data))
    assert [row.answer for row in found.rows] == ["2", "3"]
    assert [(problem.line, problem.reason) for problem in found.problems] == [
        (3, "has 1 fields, and the header has 3"),
        (4, "has 4 fields, and the header has 3"),
    ]
    assert found.rows[0].extra == {"answer_2": "x"}


def test_csv_with_a_quote_that_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rftdeck_server.datasets.readers.csv_files.MAX_LINE", 10_000)
    found = read(written(tmp_path / "x.csv", b'question,answer\n1+1?,2\n"open,3\n' + b"1+2?,3\n" * 5_000))
    assert len(found.rows) > 3_000
    assert "not CSV" in reasons(found)


def test_json_lists_in_csv(tmp_path: Path) -> None:
    data = b'question,options,answer,image\nwhich?,"[""a cat"", ""a dog""]",a dog,\n'
    found = read(written(tmp_path / "x.csv", data))
    assert (found.rows[0].answer, found.rows[0].images) == ("B", [])


# ---- archives ---------------------------------------------------------------------------------------------------------


def test_a_zip_with_images(tmp_path: Path) -> None:
    records = jsonl({**GOOD, "image": "images/a.png"}, {**GOOD, "image": "./images/gone.png"})
    found = read(
        zipped(
            tmp_path / "x.zip", {"set/data.jsonl": records, "set/images/a.png": picture(), "README.md": b"hi"}
        )
    )
    assert len(found.rows) == 1
    assert found.notes.examples["missing_image"] == ["set/data.jsonl line 2: there is no such file"]


def test_packed_lines(tmp_path: Path) -> None:
    written(tmp_path / "train.jsonl.gz", gzip.compress(jsonl(GOOD)) + gzip.compress(jsonl(GOOD)))
    written(tmp_path / "test.csv.gz", gzip.compress(b"question,answer\n1+1?,2\n"))
    written(tmp_path / "cut.jsonl.gz", gzip.compress(jsonl(*[GOOD] * 1000))[:-20])
    found = read(tmp_path)
    assert [row.split for row in found.rows if row.split] == ["test", "train", "train"]
    assert [(problem.file, "damaged" in problem.reason) for problem in found.problems] == [
        ("cut.jsonl.gz", True)
    ]


def test_a_folder_of_images_with_metadata(tmp_path: Path) -> None:
    files = {
        "train/metadata.csv": b"file_name,question,answer\na.png,What colour?,red\n",
        "train/a.png": picture(),
        "test/metadata.jsonl": jsonl({"file_name": "b.png", "question": "What colour?", "answer": "blue"}),
        "test/b.png": picture(colour="blue"),
    }
    found = read(zipped(tmp_path / "x.zip", files))
    assert [(row.split, row.answer, len(row.images)) for row in found.rows] == [
        ("test", "blue", 1),
        ("train", "red", 1),
    ]


@pytest.mark.parametrize("packed", ["zip", "gz"])
def test_a_bomb_is_refused_while_it_inflates(tmp_path: Path, packed: str) -> None:
    if packed == "zip":
        path = tmp_path / "x.zip"
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("x.jsonl", "w") as file,
        ):
            for _ in range(600):
                file.write(b" " * 2**20)
    else:
        path = tmp_path / "x.jsonl.gz"
        with gzip.open(path, "wb", compresslevel=9) as bomb:
            for _ in range(600):
                bomb.write(b" " * 2**20)
    before = peak_mib()
    with pytest.raises(SourceError, match="zip bomb"):
        read(path)
    assert peak_mib() - before < 200


def test_a_bomb_of_many_files_that_share_their_bytes_is_refused(tmp_path: Path) -> None:
    """As in D. Fifield, "A better zip bomb" (2019): every entry of the directory points at the same packed data."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = packed.compress(b" " * (100 * 2**20)) + packed.flush()
    crc = zlib.crc32(b" " * (100 * 2**20))
    body, entries = b"", b""
    for index in range(10):
        name = f"{index}.jsonl".encode()
        sizes = struct.pack("<III", crc, len(kernel), 100 * 2**20)
        if index == 0:
            body = (
                b"PK\x03\x04"
                + struct.pack("<HHHHH", 20, 0, 8, 0, 0)
                + sizes
                + struct.pack("<HH", len(name), 0)
                + name
                + kernel
            )
        entries += b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0) + sizes
        entries += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 10, 10, len(entries), len(body), 0)
    path = written(tmp_path / "x.zip", body + entries + end)
    assert len(zipfile.ZipFile(path).namelist()) == 10
    found = read(path)
    assert found.rows == []
    assert reasons(found).count("overlap") + reasons(found).count("File name in directory") >= 9


def test_names_and_links_that_lead_out_of_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "data.jsonl", jsonl({**GOOD, "image": "../secret.png"}, {**GOOD, "image": "/etc/passwd"}, GOOD)
        )
        for name in ("../evil.jsonl", "/abs.jsonl", "a/../../evil.jsonl", "C:\\evil.jsonl", "..\\evil.jsonl"):
            archive.writestr(name, jsonl(GOOD))
        link = zipfile.ZipInfo("link.jsonl")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("inner.zip", b"PK")
    written(tmp_path / "secret.png", picture())
    files = sorted(os.listdir(tmp_path))
    found = read(path)
    assert len(found.rows) == 1
    assert found.notes.counts["missing_image"] == 2
    assert reasons(found).count("leads out") == 5
    assert "it is a link" in reasons(found)
    assert sorted(os.listdir(tmp_path)) == files
    assert not (tmp_path.parent / "evil.jsonl").exists()


def test_an_encrypted_a_damaged_and_an_empty_zip(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"x.jsonl": jsonl(*[GOOD] * 10_000), "y.jsonl": jsonl(GOOD)})
    data = bytearray(path.read_bytes())
    data[60:70] = b"\x00" * 10
    found = read(written(tmp_path / "damaged.zip", bytes(data)))
    assert "damaged" in reasons(found)
    assert len(found.rows) >= 1
    marked = bytearray(path.read_bytes())
    marked[marked.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in reasons(read(written(tmp_path / "encrypted.zip", bytes(marked))))
    for name, content in (("empty.zip", zipped(tmp_path / "e", {}).read_bytes()), ("no.zip", b"PK nothing")):
        with pytest.raises(SourceError):
            read(written(tmp_path / name, content))


def test_a_folder_shows_nothing_that_lies_outside_of_it(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    written(outside / "secret.png", picture())
    written(outside / "secret.jsonl", jsonl(GOOD))
    root = tmp_path / "data"
    root.mkdir()
    (root / "link.jsonl").symlink_to(outside / "secret.jsonl")
    (root / "link.png").symlink_to(outside / "secret.png")
    os.mkfifo(root / "pipe.jsonl")
    names = ["link.png", "../outside/secret.png", str(outside / "secret.png"), "\x00.png", "x" * 5000]
    written(root / "data.jsonl", jsonl(*({**GOOD, "image": name} for name in names)))
    found = read(root)
    assert found.rows == []
    assert found.notes.counts["missing_image"] == len(names)
    assert reasons(found).count("outside of the folders") == 1
    assert Read(Folder(root, (tmp_path,))).notes.counts["missing_image"] == 2


# ---- tables ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + b"\x00" * 100 + b"PAR1", b"no table at all"])
def test_files_that_are_no_parquet(tmp_path: Path, data: bytes) -> None:
    written(tmp_path / "a.parquet", data)
    written(tmp_path / "b.jsonl", jsonl(GOOD))
    found = read(tmp_path)
    assert len(found.rows) == 1
    assert "cannot be read as Parquet" in reasons(found)


def test_json_that_is_too_large_or_holds_no_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is a number" in reasons(read(written(tmp_path / "a.json", b"3")))
    assert len(read(written(tmp_path / "b.json", json.dumps({"data": [GOOD, GOOD]}).encode())).rows) == 2
    monkeypatch.setattr("rftdeck_server.datasets.readers.json_files.MAX_DOCUMENT", 10)
    assert "must be sent as JSON Lines" in reasons(
        read(written(tmp_path / "c.json", json.dumps([GOOD]).encode()))
    )
