"""Lines and text of files whose size, encoding and line length nobody promised."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

BLOCK = 2**20
MAX_LINE = 32 * 2**20
"""Longer lines are passed over in bounded memory."""

_BOMS = (
    (codecs.BOM_UTF8, None),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def blocks(file: BinaryIO) -> Iterator[bytes]:
    """The file as UTF-8 without a byte order mark. UTF-16 and UTF-32 are known by their mark; others stay as they are."""
    head = file.read(BLOCK)
    mark, encoding = next(((mark, name) for mark, name in _BOMS if head.startswith(mark)), (b"", None))
    if encoding is None:
        block = head[len(mark) :]
        while block or head:
            yield block
            head = block = file.read(BLOCK)
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while head:
        yield decoder.decode(head).encode("utf-8", "replace")
        head = file.read(BLOCK)
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """(number from 1 on, line without its end); None for a line that is too long."""
    number, held, size = 1, [b""], 0
    for block in blocks(file):
        *whole, rest = block.split(b"\n")
        for part in whole:
            if size == 0:
                yield number, part
            else:
                yield number, b"".join([*held, part]) if size + len(part) <= MAX_LINE else None
                held, size = [], 0
            number += 1
        size += len(rest)
        if size <= MAX_LINE:
            held.append(rest)
        else:
            held = []
    if size:
        yield number, b"".join(held) if size <= MAX_LINE else None


class Decoder:
    """UTF-8 as long as it is UTF-8; from the first line that is not, Latin-1, in which every byte is a character."""

    def __init__(self) -> None:
        self.fell_back = False

    def decode(self, line: bytes) -> str:
        if not self.fell_back:
            try:
                return line.decode()
            except UnicodeDecodeError:
                self.fell_back = True
        return line.decode("latin-1")
