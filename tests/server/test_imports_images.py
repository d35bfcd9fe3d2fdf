"""Images of records: broken, hostile, large, or fine; and the splits that file names tell."""

import base64
import struct
import zlib
from pathlib import Path

import pytest
from rftdeck_server.datasets.images import Images
from rftdeck_server.datasets.readers.record import Unreadable
from rftdeck_server.datasets.readers.tree_records import split_of

from tests.server.import_files import jsonl, picture, read, written

GOOD = {"question": "1+1?", "answer": "2"}


def bomb_png() -> bytes:
    """A small file that unpacks to 60,000 × 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not an image"),
        (b"<svg onload='alert(1)'/>", "not an image"),
        (b"\x89PNG\r\n\x1a\n but no", "not an image"),
        (picture()[:-30], "not an image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n", "not an image"),
        (bomb_png(), "50 million pixels"),
        (picture() + b"\0" * (33 * 2**20), "larger than 32 MiB"),
    ],
)
def test_images_that_are_none(data: bytes, reason: str) -> None:
    images = Images(lambda sha256: False)
    with pytest.raises(Unreadable, match=reason):
        images.add(data)
    assert images.fresh == {}


@pytest.mark.parametrize(
    ("kind", "mime"),
    [
        ("PNG", "image/png"),
        ("JPEG", "image/jpeg"),
        ("WEBP", "image/webp"),
        ("GIF", "image/gif"),
        ("BMP", "image/png"),
        ("TIFF", "image/png"),
    ],
)
def test_images_that_browsers_show_stay_as_they_are(kind: str, mime: str) -> None:
    images = Images(lambda sha256: False)
    found = images.add(picture(kind=kind))
    assert found.size == (40, 30)
    ((stored, data),) = images.fresh.values()
    assert stored == mime
    assert (data == picture(kind=kind)) is (kind not in {"BMP", "TIFF"})


def test_an_image_from_the_web_is_not_fetched(tmp_path: Path) -> None:
    found = read(written(tmp_path / "x.jsonl", jsonl({**GOOD, "image": "http://127.0.0.1:1/a.png"})))
    assert found.rows == []
    assert "nothing is fetched" in found.notes.examples["missing_image"][0]


def test_an_image_in_the_text_itself(tmp_path: Path) -> None:
    uri = "data:image/png;base64," + base64.b64encode(picture()).decode()
    found = read(
        written(
            tmp_path / "x.jsonl",
            jsonl({**GOOD, "image": uri}, {**GOOD, "image": {"bytes": None, "path": "no"}}),
        )
    )
    assert (len(found.rows), len(found.rows[0].images), found.notes.counts["missing_image"]) == (1, 1, 1)


def test_marks_that_do_not_fit_the_images(tmp_path: Path) -> None:
    written(tmp_path / "a.png", picture())
    many = {"question": "<image><image>?", "answer": "1", "image": "a.png"}
    written(
        tmp_path / "x.jsonl",
        jsonl(many, {**many, "question": "?"}, {"question": "what is <image>?", "answer": "1"}),
    )
    found = read(tmp_path)
    assert [row.messages[0].content for row in found.rows] == ["<image>?", "what is <image>?"]
    assert found.notes.counts["missing_image"] == 1


def test_boxes_outside_of_their_image(tmp_path: Path) -> None:
    written(tmp_path / "a.png", picture(40, 30))
    golds = [[0, 0, 40, 30], [0, 0, 40, 30.9], [0, 0, 30, 40], [-5, 0, 10, 10], [[0, 0, 100, 10]]]
    written(
        tmp_path / "x.jsonl", jsonl(*({"question": "?", "answer": gold, "image": "a.png"} for gold in golds))
    )
    found = read(tmp_path)
    assert len(found.rows) == 5
    assert found.notes.examples["box_outside"] == ["3", "4", "5"]


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train.jsonl", "train"),
        ("data/train-00000-of-00002.parquet", "train"),
        ("geometry_test.jsonl.gz", "test"),
        ("val/part-1.csv", "validation"),
        ("dev.json", "validation"),
        ("heldout.jsonl", "heldout"),
        ("data/hard-00001-of-00002.parquet", "hard"),
        ("latest.jsonl", None),
        ("training/x.jsonl", "train"),
        ("x.jsonl", None),
    ],
)
def test_splits_from_file_names(name: str, split: str | None) -> None:
    assert split_of(name) == split
