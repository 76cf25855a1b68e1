"""Finds the figure on a sheet, which is everything but the plain background at the border, and its main colours."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from PIL import Image, ImageChops, ImageFilter

from picturebook.picture_likeness.colours import Colour, Paint, lab_of

_SIDE = 48
# How much the background may differ from the border in its row or column, summed over three channels of 255.
_GROUND = 48
# A smaller share of the sheet is no figure: then the whole sheet is used.
_LEAST_FIGURE = 0.02
_PAINTS = 12
_ONE_PAINT = 12.0
_LEAST_SHARE = 0.015
# A grey identifies a character less than a vivid colour: its weight, and the chroma at which a colour has full weight.
_GREY_WEIGHT = 0.3
_VIVID = 40.0


def paints_of(sheet: Image.Image) -> tuple[Paint, ...]:
    """Return the paints of the figure on an RGB sheet, most common first; their weights add up to 1."""
    small = sheet.resize((_SIDE, _SIDE), Image.Resampling.BOX).filter(ImageFilter.MedianFilter(3))
    points = _figure_points(small)
    strip = Image.frombytes("RGB", (len(points), 1), b"".join(points))
    reduced = strip.quantize(_PAINTS, Image.Quantize.MEDIANCUT, kmeans=1)
    palette = reduced.getpalette() or []
    counts = Counter(reduced.tobytes())
    return _weighted([((palette[3 * i], palette[3 * i + 1], palette[3 * i + 2]), n) for i, n in counts.most_common()])


def _weighted(counted: Sequence[tuple[Colour, int]]) -> tuple[Paint, ...]:
    """Merge colours that look the same, leave out rare ones, and weigh by share and chroma."""
    merged: dict[Colour, int] = {}
    for colour, count in counted:
        same = next((one for one in merged if math.dist(lab_of(one), lab_of(colour)) < _ONE_PAINT), colour)
        merged[same] = merged.get(same, 0) + count
    total = sum(merged.values())
    shares = {colour: count / total for colour, count in merged.items() if count > _LEAST_SHARE * total}
    weights = {colour: share * _vividness(colour) for colour, share in shares.items()}
    whole = math.fsum(weights.values())
    return tuple(Paint(colour, shares[colour], weight / whole) for colour, weight in weights.items())


def _vividness(colour: Colour) -> float:
    _, a, b = lab_of(colour)
    return _GREY_WEIGHT + min(1.0, math.hypot(a, b) / _VIVID)


def _figure_points(small: Image.Image) -> list[bytes]:
    """Return the pixels of the figure without its rim, where figure and background mix."""
    raw = small.tobytes()
    points = [raw[at : at + 3] for at in range(0, len(raw), 3)]
    ground = _reached_from_border(_like_border(small))
    for mask in (_widened(ground), ground):
        figure = [point for point, is_ground in zip(points, _cells(mask), strict=True) if not is_ground]
        if len(figure) >= _LEAST_FIGURE * len(points):
            return figure
    return points


def _like_border(small: Image.Image) -> int:
    """Return a board of the pixels that look like the border at an end of their row or column."""
    last = _SIDE - 1
    edges = ((0, 0, 1, _SIDE), (last, 0, _SIDE, _SIDE), (0, 0, _SIDE, 1), (0, last, _SIDE, _SIDE))
    least = Image.new("L", small.size, 255)
    for edge in edges:
        red, green, blue = ImageChops.difference(small, small.crop(edge).resize(small.size)).split()
        least = ImageChops.darker(least, ImageChops.add(ImageChops.add(red, green), blue))
    return _board([level < _GROUND for level in least.tobytes()])


# A board has one bit per pixel, and an empty bit after each row, so that shifts do not wrap around.


def _board(cells: Sequence[bool]) -> int:
    rows = ("".join("01"[cell] for cell in cells[at : at + _SIDE]) for at in range(0, len(cells), _SIDE))
    return int("0".join(rows), 2)


def _cells(board: int) -> Iterator[bool]:
    bits = f"{board:0{_SIDE * _SIDE + _SIDE - 1}b}"
    return (bit == "1" for row in range(_SIDE) for bit in bits[row * (_SIDE + 1) : row * (_SIDE + 1) + _SIDE])


_WHOLE = _board([True] * (_SIDE * _SIDE))
_BORDER = _board([{row, column} & {0, _SIDE - 1} != set() for row in range(_SIDE) for column in range(_SIDE)])


def _widened(board: int) -> int:
    """Return the board with the neighbours of its pixels."""
    row = _SIDE + 1
    return (board | board << 1 | board >> 1 | board << row | board >> row) & _WHOLE


def _reached_from_border(alike: int) -> int:
    """Return the pixels that are connected to the border through pixels of the board."""
    reached, before = alike & _BORDER, 0
    while reached != before:
        reached, before = _widened(reached) & alike, reached
    return reached
