"""Drawing that a person likes to look at: soft backgrounds, few colours, smooth edges, a light shadow.

Everything is drawn larger and scaled down. Coordinates are those of the finished image.
"""

import io
import random
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFilter, ImageFont

SCALE = 3
SHADOW, SHADOW_OPACITY, SHADOW_BLUR = (30, 35, 60), 64, 4

Box = tuple[float, float, float, float]
Point = tuple[float, float]

COLOURS: dict[str, str] = {
    "red": "#E5484D",
    "orange": "#F28C28",
    "yellow": "#F5C518",
    "green": "#2E9E6B",
    "blue": "#3B82F6",
    "purple": "#8E4EC6",
    "pink": "#F06EAA",
    "teal": "#14B8B0",
}
INK, MUTED, LINE, PAPER = "#1F2533", "#6B7386", "#D9DEE8", "#FFFFFF"
BACKGROUNDS = ("#F6F4EF", "#F1F5F9", "#F3F1F9", "#EFF6F2", "#FBF3EE", "#F4F6F8")


class Canvas:
    """An image of `width` × `height` pixels in the making."""

    def __init__(self, width: int, height: int, background: str) -> None:
        self.width, self.height = width, height
        self._ground = Image.new("RGB", (width, height), background)
        self._shadows = Image.new("L", (width, height))
        self._large: Image.Image | None = None

    @property
    def _draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self._enlarged())

    def _enlarged(self) -> Image.Image:
        """The large image: at first the ground with all shadows, which are soft, so that the small size will do."""
        if self._large is None:
            self._ground.paste(SHADOW, (0, 0), self._shadows.filter(ImageFilter.BoxBlur(SHADOW_BLUR)))
            size = (self.width * SCALE, self.height * SCALE)
            self._large = self._ground.resize(size, Image.Resampling.NEAREST)
        return self._large

    # ---- shapes ---------------------------------------------------------------------------------------------

    def shadow(self, box: Box, drop: float = 2.5, *, round_: bool = False) -> None:
        """A soft shadow under a box, or under the ellipse in it; all shadows come before all else."""
        x1, y1, x2, y2 = box
        if round_:
            self._shade().ellipse((x1, y1 + drop, x2, y2 + drop), SHADOW_OPACITY)
        else:
            self.shadow_of([(x1, y1), (x2, y1), (x2, y2), (x1, y2)], drop)

    def shadow_of(self, corners: Sequence[Point], drop: float = 2.5) -> None:
        self._shade().polygon([(x, y + drop) for x, y in corners], SHADOW_OPACITY)

    def _shade(self) -> ImageDraw.ImageDraw:
        if self._large is not None:
            raise RuntimeError("a shadow after what is drawn would lie under the whole picture")
        return ImageDraw.Draw(self._shadows)

    def ellipse(
        self, box: Box, fill: str | None = None, outline: str | None = None, width: float = 0
    ) -> None:
        self._draw.ellipse(_scaled(box), fill, outline, round(width * SCALE))

    def rectangle(
        self,
        box: Box,
        fill: str | None = None,
        radius: float = 0,
        outline: str | None = None,
        width: float = 0,
    ) -> None:
        self._draw.rounded_rectangle(_scaled(box), radius * SCALE, fill, outline, round(width * SCALE))

    def polygon(
        self, points: Sequence[Point], fill: str | None = None, outline: str | None = None, width: float = 0
    ) -> None:
        flat = [(x * SCALE, y * SCALE) for x, y in points]
        if fill is not None:
            self._draw.polygon(flat, fill)
        if outline is not None:
            self._draw.line([*flat, flat[0], flat[1]], outline, round(width * SCALE), joint="curve")

    def line(self, points: Sequence[Point], colour: str, width: float = 1) -> None:
        self._draw.line(
            [(x * SCALE, y * SCALE) for x, y in points], colour, max(1, round(width * SCALE)), joint="curve"
        )

    def dot(self, centre: Point, radius: float, colour: str) -> None:
        x, y = centre
        self.ellipse((x - radius, y - radius, x + radius, y + radius), colour)

    def arc(
        self, centre: Point, radius: float, start: float, end: float, colour: str, width: float = 1.5
    ) -> None:
        """Degrees clockwise from three o'clock."""
        x, y = centre
        box = _scaled((x - radius, y - radius, x + radius, y + radius))
        self._draw.arc(box, start, end, colour, round(width * SCALE))

    # ---- text -------------------------------------------------------------------------------------------------

    def text(
        self,
        at: Point,
        text: str,
        size: float = 14,
        colour: str = INK,
        anchor: str = "lm",
        halo: str | None = None,
    ) -> None:
        """`anchor` is Pillow's: lm is left and vertically centred, mm the middle. `halo` parts it from lines."""
        where = (at[0] * SCALE, at[1] * SCALE)
        width = 0 if halo is None else 2 * SCALE
        self._draw.text(
            where, text, colour, _font(round(size * SCALE)), anchor, stroke_width=width, stroke_fill=halo
        )

    def text_width(self, text: str, size: float) -> float:
        return self._draw.textlength(text, _font(round(size * SCALE))) / SCALE

    def png(self) -> bytes:
        small = self._enlarged().reduce(SCALE)
        buffer = io.BytesIO()
        small.save(buffer, "PNG", compress_level=1)
        return buffer.getvalue()


def background(rng: random.Random) -> str:
    return rng.choice(BACKGROUNDS)


def rounded(box: Box) -> list[int]:
    return [round(side) for side in box]


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _scaled(box: Sequence[float]) -> list[float]:
    """Pillow counts the last pixel in."""
    x1, y1, x2, y2 = (value * SCALE for value in box)
    return [x1, y1, x2 - 1, y2 - 1]
