"""Compares drawing styles by measures of a picture's surface, independent of its content."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

from PIL import Image, ImageChops, ImageFilter

# A picture is measured on tiles at full resolution: the number in each direction, and their width in pixels.
_TILES = 4
_TILE = 56
# The tiles' centres, as shares of width and height: all over a page, and around the figure of a sheet.
_ON_PAGE = (0.12, 0.88)
_ON_SHEET = (0.3, 0.7)
# The mean differences of two pictures of one style, over matching pairs (decision 12).
_USUAL_DIFFERENCES = (0.14, 0.04, 0.05, 0.19, 0.22)
_MOST_USUALS = 6.0
_FADING = 15.0


def style_likeness(page: Image.Image, sheets: Sequence[Image.Image]) -> int:
    """Return 0 to 100 for RGB pictures of about equal shorter sides; the sheets' measures are averaged."""
    found = _surface(page, _ON_PAGE)
    drawn = [_surface(sheet, _ON_SHEET) for sheet in sheets]
    wanted = [math.fsum(measures) / len(drawn) for measures in zip(*drawn, strict=True)]
    differences = (abs(one - other) for one, other in zip(found, wanted, strict=True))
    usuals = [
        min(_MOST_USUALS, difference / usual) for difference, usual in zip(differences, _USUAL_DIFFERENCES, strict=True)
    ]
    return round(100 * math.exp(-math.fsum(usuals) / _FADING))


def _surface(picture: Image.Image, reach: tuple[float, float]) -> tuple[float, ...]:
    """Return grain, flatness, unevenness, light strokes and dark strokes."""
    grey = _mosaic(picture, reach).convert("L")
    grain = _histogram(grey, _smoothed(grey))
    steps = _histogram(grey, ImageChops.offset(grey, 1, 0))
    uneven = _histogram(grey, grey.filter(ImageFilter.BoxBlur(3)))
    without_light = _spread(_spread(grey, ImageChops.darker), ImageChops.lighter)
    without_dark = _spread(_spread(grey, ImageChops.lighter), ImageChops.darker)
    return (
        math.log1p(_mean(grain)),
        sum(steps[:3]) / sum(steps),
        math.log1p(_quarter(uneven)),
        math.log1p(_mean(_histogram(grey, without_light))),
        math.log1p(_mean(_histogram(grey, without_dark))),
    )


def _mosaic(picture: Image.Image, reach: tuple[float, float]) -> Image.Image:
    mosaic = Image.new("RGB", (_TILES * _TILE, _TILES * _TILE))
    places = [reach[0] + (reach[1] - reach[0]) * step / (_TILES - 1) for step in range(_TILES)]
    for row, down in enumerate(places):
        for column, across in enumerate(places):
            left, top = round(across * picture.width - _TILE / 2), round(down * picture.height - _TILE / 2)
            mosaic.paste(picture.crop((left, top, left + _TILE, top + _TILE)), (column * _TILE, row * _TILE))
    return mosaic


# Pillow's rank filters give the same result in ten times the time.


def _smoothed(grey: Image.Image) -> Image.Image:
    """Return the median of each pixel and its neighbours, in its row and then in its column."""
    for across, down in ((1, 0), (0, 1)):
        one, other = ImageChops.offset(grey, across, down), ImageChops.offset(grey, -across, -down)
        least, most = ImageChops.darker(one, other), ImageChops.lighter(one, other)
        grey = ImageChops.lighter(least, ImageChops.darker(most, grey))
    return grey


def _spread(grey: Image.Image, choose: Callable[[Image.Image, Image.Image], Image.Image]) -> Image.Image:
    """Return for each pixel the one that `choose` selects of the 25 pixels around it."""
    for across, down in ((1, 0), (1, 0), (0, 1), (0, 1)):
        both = choose(ImageChops.offset(grey, across, down), ImageChops.offset(grey, -across, -down))
        grey = choose(grey, both)
    return grey


def _histogram(one: Image.Image, other: Image.Image) -> list[int]:
    """Return how many pixels differ by 0, 1, … 255."""
    return ImageChops.difference(one, other).histogram()


def _mean(counts: Sequence[int]) -> float:
    return sum(level * count for level, count in enumerate(counts)) / sum(counts)


def _quarter(counts: Sequence[int]) -> int:
    """Return the first quartile of the levels."""
    reached = itertools.accumulate(counts)
    return next(level for level, below in enumerate(reached) if below >= sum(counts) / 4)
