"""Filters that change the medium or the light of a finished picture and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

_Colour = tuple[int, int, int]

# For each light: the factor of each colour channel, and the veil that is mixed in with its share.
LIGHTS: Mapping[str, tuple[_Colour, _Colour, float]] = {
    "day": ((255, 255, 255), (255, 255, 255), 0.0),
    "dusk": ((255, 212, 176), (246, 170, 120), 0.08),
    "night": ((118, 130, 196), (30, 36, 84), 0.12),
    "fog": ((244, 246, 248), (218, 224, 230), 0.32),
}


def in_light(picture: Image.Image, light: str) -> Image.Image:
    """Return the RGB picture as it looks in that light."""
    ambient, veil, share = LIGHTS[light]
    lit = ImageChops.multiply(picture, Image.new("RGB", picture.size, ambient))
    return Image.blend(lit, Image.new("RGB", picture.size, veil), share)


def grained(picture: Image.Image, rng: random.Random, strength: float) -> Image.Image:
    """Return the picture with noise of `strength`, of 255, that repeats with `rng`."""
    noise = Image.frombytes("L", picture.size, rng.randbytes(picture.width * picture.height))
    noise = noise.point(lambda value: round((value - 127) * strength / 64 + 128))
    return ImageChops.add(picture, Image.merge("RGB", (noise,) * 3), scale=1, offset=-128)


def _as_it_is(picture: Image.Image, rng: random.Random) -> Image.Image:
    del rng
    return picture


def _watercolour(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Pale washes that pool: soft edges, blotches a tenth of the picture wide, a little paper."""
    small = picture.reduce(2).filter(ImageFilter.MedianFilter(7)).resize(picture.size, Image.Resampling.BICUBIC)
    pale = Image.blend(ImageEnhance.Color(small).enhance(0.85), Image.new("RGB", picture.size, "white"), 0.16)
    blotches = Image.frombytes("L", (12, 12), rng.randbytes(144)).resize(picture.size, Image.Resampling.BICUBIC)
    wash = blotches.point(lambda value: 215 + value * 40 // 255)
    return grained(ImageChops.multiply(pale, Image.merge("RGB", (wash,) * 3)), rng, 5)


def _pencil(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Coloured pencil: dark thin lines where colours meet, half the colour, hatching of the paper's tooth."""
    lines = _edges(picture.convert("L")).point(lambda value: 255 - min(255, 3 * value))
    faint = Image.blend(ImageEnhance.Color(picture).enhance(0.6), Image.new("RGB", picture.size, "white"), 0.25)
    wide = (2 * picture.width, 2 * picture.height)
    strokes = Image.frombytes("L", (256, 1024), rng.randbytes(256 * 1024)).resize(wide, Image.Resampling.BILINEAR)
    tooth = ImageOps.fit(strokes.rotate(30).crop(_middle(wide)), picture.size).point(
        lambda value: 190 + value * 65 // 255
    )
    drawn = ImageChops.multiply(faint, Image.merge("RGB", (tooth,) * 3))
    return ImageChops.multiply(drawn, Image.merge("RGB", (lines,) * 3))


def _edges(grey: Image.Image) -> Image.Image:
    """Return where the grey changes; the picture's own border does not count as an edge."""
    found = Image.new("L", grey.size)
    found.paste(grey.filter(ImageFilter.FIND_EDGES).crop((1, 1, grey.width - 1, grey.height - 1)), (1, 1))
    return found


def _middle(size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the middle box of half the width and height, which has no corner that a rotation left empty."""
    return size[0] // 4, size[1] // 4, 3 * size[0] // 4, 3 * size[1] // 4


def _photograph(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Like a photograph of toys: soft focus, a light from one side, sensor noise, more contrast."""
    soft = picture.filter(ImageFilter.GaussianBlur(2.2))
    side = Image.linear_gradient("L").rotate(rng.choice((90, 180, 270))).resize(picture.size)
    side = side.point(lambda value: 150 + value * 105 // 255)
    lit = ImageChops.multiply(soft, Image.merge("RGB", (side,) * 3))
    return grained(ImageEnhance.Contrast(lit).enhance(1.15), rng, 9)


def _oil(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Oil: dabs of one colour, with the relief of a brush."""
    dabs = picture.reduce(4).filter(ImageFilter.ModeFilter(5)).resize(picture.size, Image.Resampling.NEAREST)
    dabs = dabs.filter(ImageFilter.MedianFilter(5))
    relief = Image.frombytes("L", (128, 512), rng.randbytes(65536)).resize(picture.size, Image.Resampling.BICUBIC)
    relief = relief.filter(ImageFilter.EMBOSS).point(lambda value: 128 + (value - 128) // 3)
    return ImageChops.add(dabs, Image.merge("RGB", (relief,) * 3), scale=1, offset=-128)


def _comic(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Comic: few levels, strong colour, black outlines some six points wide."""
    del rng
    lines = _edges(picture.convert("L").filter(ImageFilter.GaussianBlur(1)))
    ink = lines.point(lambda value: 255 if value > 22 else 0).filter(ImageFilter.MaxFilter(5))
    bold = ImageOps.posterize(ImageEnhance.Color(picture).enhance(1.5), 3)
    return Image.composite(Image.new("RGB", picture.size, (16, 14, 20)), bold, ink)


TREATMENTS: Mapping[str, Callable[[Image.Image, random.Random], Image.Image]] = {
    "as it is": _as_it_is,
    "watercolour": _watercolour,
    "pencil": _pencil,
    "photograph": _photograph,
    "oil": _oil,
    "comic": _comic,
}


def painted(picture: Image.Image) -> Image.Image:
    """Return a photograph as a painter might have painted it: broad dabs, few colours."""
    dabs = picture.reduce(4).filter(ImageFilter.ModeFilter(7)).resize(picture.size, Image.Resampling.BICUBIC)
    return ImageOps.posterize(dabs, 5)
