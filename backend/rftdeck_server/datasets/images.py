"""Images of records: found, looked at with suspicion, and named by their content."""

import base64
import binascii
import hashlib
import io
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps

from rftdeck_server.datasets.readers.record import Load, Unreadable
from rftdeck_server.media.store import mime_of

MAX_PIXELS = 50_000_000
MAX_BYTES = 32 * 2**20
TOO_LARGE = "it has more than 50 million pixels"
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM")
"""What Pillow may open. Its other readers are rare in data sets, and some of them start programs."""
KEPT = ("PNG", "JPEG", "MPO", "GIF", "WEBP")
"""What browsers show: kept as it is. MPO is what phones call a JPEG with a preview in it."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_DATA_URI = re.compile(r"data:image/[\w.+-]+;base64,", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Picture:
    sha256: str
    size: tuple[int, int] | None
    """(width, height) in pixels; None for an image that was stored before and was not looked at."""


class Images:
    """Collects images until they are stored; each content once."""

    def __init__(self, is_stored: Callable[[str], bool]) -> None:
        self._is_stored = is_stored
        self.fresh: dict[str, tuple[str, bytes]] = {}
        """Hash → type and bytes, to be stored and cleared."""
        self.fresh_bytes = 0
        self.used: set[str] = set()
        """Hashes that were named since they were last cleared."""

    def clear(self) -> None:
        self.fresh.clear()
        self.used.clear()
        self.fresh_bytes = 0

    def find(self, value: Any, load: Load) -> Picture:
        """The image that a value means: bytes, a path, a data URI, or the hash of a stored image. Raises Unreadable."""
        picture = self._find(value, load)
        self.used.add(picture.sha256)
        return picture

    def _find(self, value: Any, load: Load) -> Picture:
        match value:
            case {"bytes": bytes(data)}:
                return self.add(data)
            case {"path": str(name)} | {"image": str(name)} | {"url": str(name)} | {"file_name": str(name)}:
                return self._find(name, load)
            case {"image_url": inner}:
                return self._find(inner, load)
            case bytes(data):
                return self.add(data)
            case str(text) if _SHA256.fullmatch(text) and self._is_stored(text):
                return Picture(text, None)
            case str(text) if (head := _DATA_URI.match(text)) is not None:
                return self.add(_decoded(text[head.end() :]))
            case str(text) if re.match(r"https?://", text, re.IGNORECASE):
                raise Unreadable("it is on the web: nothing is fetched from there; send the file along")
            case str(text):
                return self.add(load(text.removeprefix("file://")))
            case _:
                raise Unreadable("the value is no image")

    def add(self, data: bytes) -> Picture:
        """Raises Unreadable."""
        data, size = _checked(data)
        return Picture(self._keep(data), size)

    def add_made(self, data: bytes) -> str:
        """An image that we have drawn ourselves; returns its hash."""
        return self._keep(data)

    def _keep(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 not in self.fresh:
            mime = mime_of(data)
            assert mime is not None
            self.fresh[sha256] = (mime, data)
            self.fresh_bytes += len(data)
        return sha256


def _decoded(text: str) -> bytes:
    if len(text) > MAX_BYTES * 2:
        raise Unreadable(f"it is larger than {MAX_BYTES // 2**20} MiB")
    try:
        return base64.b64decode(text, validate=False)
    except binascii.Error:
        raise Unreadable("its base64 is broken") from None


def _checked(data: bytes) -> tuple[bytes, tuple[int, int]]:
    """The image as a browser can show it, and its (width, height). Raises Unreadable."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"it is larger than {MAX_BYTES // 2**20} MiB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                size, kind = image.size, image.format
                if size[0] * size[1] > MAX_PIXELS:
                    raise Unreadable(TOO_LARGE)
                if kind in KEPT and mime_of(data) is not None:
                    image.load()
                    return data, size
                return _png(image), size
    except Unreadable:
        raise
    except Image.DecompressionBombError:
        raise Unreadable(TOO_LARGE) from None
    except Exception as error:  # Pillow's readers raise anything on hostile bytes
        raise Unreadable(f"it is not an image: {str(error)[:120] or type(error).__name__}") from None


def _png(image: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(image)
    if upright.mode not in {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}:
        upright = upright.convert("RGB")
    buffer = io.BytesIO()
    upright.save(buffer, "PNG")
    return buffer.getvalue()
