"""Drawing that a person likes to look at: soft backgrounds, few colours, smooth edges, a light shadow.

Everything is drawn larger and scaled down. Coordinates are those of the finished image.
"""

import io
import random
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFilter, ImageFont

SCALE = 3
SHADOW = (30, 35, 60, 70)

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
        self.image = Image.new("RGB", (width * SCALE, height * SCALE), background)
        self._draw = ImageDraw.Draw(self.image)
        self._shadows: list[tuple[bool, list[float]]] = []

    # ---- shapes ---------------------------------------------------------------------------------------------

    def shadow(self, box: Box, drop: float = 2.5, *, round_: bool = False) -> None:
        """A soft shadow under a box, or under the ellipse in it; cast all shadows before drawing what casts them."""
        x1, y1, x2, y2 = box
        if round_:
            self._shadows.append((True, _scaled((x1, y1 + drop, x2, y2 + drop))))
        else:
            self.shadow_of([(x1, y1), (x2, y1), (x2, y2), (x1, y2)], drop)

    def shadow_of(self, corners: Sequence[Point], drop: float = 2.5) -> None:
        self._shadows.append((False, [value * SCALE for x, y in corners for value in (x, y + drop)]))

    def cast_shadows(self) -> None:
        """At a quarter of the size, which blurs for nothing."""
        small = 4
        layer = Image.new("L", (self.image.width // small, self.image.height // small))
        pen = ImageDraw.Draw(layer)
        for is_round, values in self._shadows:
            shrunk = [value / small for value in values]
            if is_round:
                pen.ellipse(shrunk, fill=SHADOW[3])
            else:
                pen.polygon(shrunk, fill=SHADOW[3])
        layer = layer.filter(ImageFilter.GaussianBlur(3)).resize(self.image.size, Image.Resampling.BILINEAR)
        self.image.paste(SHADOW[:3], (0, 0), layer)
        self._shadows.clear()

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

    def text(self, at: Point, text: str, size: float = 14, colour: str = INK, anchor: str = "lm") -> Box:
        """Returns where it stands. `anchor` is Pillow's: lm is left and vertically centred, mm the middle."""
        where = (at[0] * SCALE, at[1] * SCALE)
        font = _font(round(size * SCALE))
        self._draw.text(where, text, colour, font, anchor)
        x1, y1, x2, y2 = self._draw.textbbox(where, text, font, anchor)
        return x1 / SCALE, y1 / SCALE, x2 / SCALE, y2 / SCALE

    def text_width(self, text: str, size: float) -> float:
        return self._draw.textlength(text, _font(round(size * SCALE))) / SCALE

    def png(self) -> bytes:
        small = self.image.reduce(SCALE)
        buffer = io.BytesIO()
        small.save(buffer, "PNG", compress_level=3)
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
