"""Whether the colours of a sheet's figure are found together in one place of a page, under a possible light."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageFilter

from picturebook.picture_likeness.colours import Colour, Lab, Light, Paint, apart, lab_of, lights_of
from picturebook.picture_likeness.figure import paints_of

_SIDE = 96
_COLOURS = 128
# Colours at this distance count as the same, at twice the distance as different.
_SAME = 8.0
# Half the widths of the windows in which a figure is searched, on a grid of 48 by 48.
_REACHES = (2.0, 4.0, 7.0)
# The share of a window that a figure fills.
_FILLED = 0.6


def palette_likeness(page: Image.Image, sheets: Sequence[Image.Image]) -> int:
    """Return 0 to 100 for RGB pictures: how much of the least similar figure is found, in the best fitting light."""
    grid = page.resize((_SIDE, _SIDE), Image.Resampling.BOX).quantize(_COLOURS, Image.Quantize.MAXCOVERAGE)
    colours, shares = _colours_of(grid)
    places = Image.frombytes("L", grid.size, grid.tobytes())
    seen = [lab_of(colour) for colour in colours]
    figures = [(paints, [_credit(paint) for paint in paints]) for paints in map(paints_of, sheets)]
    by_light = [
        [_most_found(places, _labels(seen, paints, light), worth) for paints, worth in figures]
        for light in lights_of(colours, shares)
    ]
    return round(100 * min(max(by_light, key=math.fsum)))


def _colours_of(grid: Image.Image) -> tuple[list[Colour], list[float]]:
    """Return the colours of a quantized picture by index, and each one's share of the picture."""
    palette = grid.getpalette() or []
    colours = [(palette[at], palette[at + 1], palette[at + 2]) for at in range(0, len(palette), 3)]
    counts = grid.histogram()
    return colours, [counts[index] / (_SIDE * _SIDE) for index in range(len(colours))]


def _labels(seen: Sequence[Lab], paints: Sequence[Paint], light: Light) -> list[tuple[int, float]]:
    """Return for each colour of the page the nearest paint in this light, and the certainty, 0 to 1."""
    lit = [lab_of(light.on(paint.colour)) for paint in paints]
    nearest = [min((apart(colour, paint), index) for index, paint in enumerate(lit)) for colour in seen]
    return [(index, min(1.0, max(0.0, 2 - distance / _SAME))) for distance, index in nearest]


def _most_found(places: Image.Image, labels: Sequence[tuple[int, float]], worth: Sequence[list[int]]) -> float:
    """Return the largest weighted share of the paints in any window of the page, each paint up to its own share."""
    maps = {index: _map_of(places, labels, index) for index in {index for index, sure in labels if sure}}
    best = nothing = Image.new("L", (_SIDE // 2, _SIDE // 2))
    for reach in _REACHES:
        found = nothing
        for index, where in maps.items():
            found = ImageChops.add(found, where.filter(ImageFilter.BoxBlur(reach)).point(worth[index]))
        best = ImageChops.lighter(best, found)
    return max(level for level, count in enumerate(best.histogram()) if count) / 255


def _credit(paint: Paint) -> list[int]:
    """Return for each share of a window, in 255ths, the credit for finding that much of the paint."""
    enough = paint.share * _FILLED * 255
    return [round(255 * paint.weight * min(1.0, level / enough)) for level in range(256)]


def _map_of(places: Image.Image, labels: Sequence[tuple[int, float]], paint: int) -> Image.Image:
    sure = [round(255 * share) if index == paint else 0 for index, share in labels]
    return places.point(sure + [0] * (256 - len(sure))).reduce(2)
