"""Makes a flat drawing resemble print: paper grain, and corners a little darker than the middle."""

import random
from functools import cache

from PIL import Image, ImageChops

GRAIN_TILE = 256  # pixels
GRAIN_DEPTH = 5  # the most by which grain changes a channel


def add_grain(picture: Image.Image) -> Image.Image:
    """Return the RGB picture on softly grained paper; the grain is the same for every picture."""
    grain = Image.new("L", picture.size)
    tile = _grain_tile()
    for y in range(0, picture.height, GRAIN_TILE):
        for x in range(0, picture.width, GRAIN_TILE):
            grain.paste(tile, (x, y))
    return ImageChops.add(picture, Image.merge("RGB", (grain, grain, grain)), scale=1, offset=-GRAIN_DEPTH)


@cache
def _grain_tile() -> Image.Image:
    noise = random.Random(7).randbytes(GRAIN_TILE * GRAIN_TILE)  # noqa: S311 - the grain must repeat exactly
    coarse = Image.frombytes("L", (GRAIN_TILE, GRAIN_TILE), noise)
    return coarse.point(lambda value: value * (2 * GRAIN_DEPTH + 1) // 256)


def add_vignette(picture: Image.Image, strength: float = 0.3) -> None:
    """Darken the corners of the picture in place; `strength` is 0 (not at all) to 1."""
    mask = Image.radial_gradient("L").point(lambda value: round(max(0, value - 120) * strength))
    picture.paste((58, 40, 70), (0, 0), mask.resize(picture.size, Image.Resampling.BILINEAR))
