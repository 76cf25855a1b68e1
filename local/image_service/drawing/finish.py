"""The last touch of a picture: from canvas to final size, with a breath of paper grain and a vignette."""

import random
from functools import cache

from PIL import Image, ImageChops

GRAIN_TILE = 256
GRAIN_DEPTH = 5
MEGAPIXEL = 1_000_000


def canvas_size(width: int, height: int) -> tuple[int, int]:
    """Return how large to draw for smooth edges: twice the size, less for very large pictures."""
    pixels = width * height / MEGAPIXEL
    factor = 2.0 if pixels <= 2.6 else max(1.3, 2.0 - 0.11 * (pixels - 2.6))
    return round(width * factor), round(height * factor)


def to_size(canvas: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Shrink the canvas to the picture."""
    if canvas.width == 2 * size[0] and canvas.height == 2 * size[1]:
        return canvas.reduce(2)
    return canvas.resize(size, Image.Resampling.BOX if canvas.width > size[0] else Image.Resampling.BICUBIC)


def add_grain(picture: Image.Image) -> Image.Image:
    """Return the picture on softly grained paper."""
    grain = Image.new("L", picture.size)
    tile = _grain_tile()
    for y in range(0, picture.height, GRAIN_TILE):
        for x in range(0, picture.width, GRAIN_TILE):
            grain.paste(tile, (x, y))
    return ImageChops.add(picture, Image.merge("RGB", (grain, grain, grain)), scale=1, offset=-GRAIN_DEPTH)


@cache
def _grain_tile() -> Image.Image:
    noise = random.Random(7).randbytes(GRAIN_TILE * GRAIN_TILE)  # noqa: S311 - always the same paper
    coarse = Image.frombytes("L", (GRAIN_TILE, GRAIN_TILE), noise)
    return coarse.point(lambda value: value * (2 * GRAIN_DEPTH + 1) // 256)


def add_vignette(picture: Image.Image, strength: float = 0.3) -> None:
    """Darken the corners a little, in place."""
    mask = Image.radial_gradient("L").point(lambda value: round(max(0, value - 120) * strength))
    picture.paste((58, 40, 70), (0, 0), mask.resize(picture.size, Image.Resampling.BILINEAR))


def without_background(on_white: Image.Image, on_black: Image.Image) -> Image.Image:
    """Return an RGBA picture from the same drawing on white and on black.

    What is opaque looks the same on both; the difference is how much of the ground shows through.
    """
    differences = ImageChops.difference(on_white, on_black).split()
    shown = ImageChops.lighter(ImageChops.lighter(differences[0], differences[1]), differences[2])
    alpha = ImageChops.invert(shown)
    return Image.merge("RGBa", (*on_black.split(), alpha)).convert("RGBA")
