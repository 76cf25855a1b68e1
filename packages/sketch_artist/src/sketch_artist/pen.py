"""A pen with a coordinate system of its own: flat shapes, smooth outlines, round strokes.

Every shape is drawn with a pen. A pen knows where its origin lies in the image, how many pixels its unit has, and
whether it is mirrored or turned. So the code of a tree or a fox draws around (0, 0), with y pointing down, wherever it
stands in the picture.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TypeAlias

from PIL import Image, ImageDraw

from sketch_artist.colours import Colour

Point: TypeAlias = tuple[float, float]
Paint: TypeAlias = Colour | tuple[int, int, int, int]

CURVE_STEPS = 7
ELLIPSE_STEPS = 40


class Pen:
    """Draws on one image. On RGB images a fourth channel in the paint blends; on RGBA images it overwrites."""

    def __init__(self, image: Image.Image, origin: Point = (0.0, 0.0), unit: float = 1.0) -> None:
        """Put the origin at a pixel; one unit is `unit` pixels long."""
        self.image = image
        self._draw = ImageDraw.Draw(image, "RGBA")
        self._matrix = (unit, 0.0, 0.0, unit, *origin)

    def at(self, x: float, y: float, scale: float = 1.0, *, turn: float = 0.0, mirror: bool = False) -> "Pen":
        """Return a pen whose origin is at (x, y) of this one; `turn` is in degrees, clockwise."""
        a, b, c, d, _, _ = self._matrix
        cos, sin = math.cos(math.radians(turn)) * scale, math.sin(math.radians(turn)) * scale
        side = -1 if mirror else 1
        pen = Pen(self.image)
        pen._matrix = (
            *(side * (a * cos + c * sin), side * (b * cos + d * sin)),
            *(c * cos - a * sin, d * cos - b * sin),
            *self._place(x, y),
        )
        return pen

    @property
    def unit(self) -> float:
        """Pixels per unit."""
        return math.hypot(self._matrix[2], self._matrix[3])

    def polygon(self, points: Sequence[Point], paint: Paint) -> None:
        """Fill straight edges."""
        self._draw.polygon([self._place(x, y) for x, y in points], fill=paint)

    def shape(self, points: Sequence[Point], paint: Paint) -> None:
        """Fill a closed smooth outline through the points."""
        self.polygon(smooth_outline(points), paint)

    def ellipse(self, x: float, y: float, rx: float, ry: float | None = None, *, paint: Paint, turn: float = 0) -> None:
        """Fill an ellipse around (x, y); without `ry` a circle."""
        self.polygon(ellipse_outline((x, y), rx, rx if ry is None else ry, turn), paint)

    def box(self, left: float, top: float, right: float, bottom: float, paint: Paint, *, radius: float = 0) -> None:
        """Fill a rectangle, its corners rounded by `radius`."""
        if radius <= 0:
            self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], paint)
            return
        corners = [(right - radius, top + radius, -90), (right - radius, bottom - radius, 0)]
        corners += [(left + radius, bottom - radius, 90), (left + radius, top + radius, 180)]
        points = []
        for x, y, start in corners:
            for step in range(7):
                angle = math.radians(start + 15 * step)
                points.append((x + radius * math.cos(angle), y + radius * math.sin(angle)))
        self.polygon(points, paint)

    def stroke(self, points: Sequence[Point], width: float, paint: Paint, *, curved: bool = True) -> None:
        """Draw a line of one width with round ends, smooth through the points unless `curved` is off."""
        path = smooth_line(points) if curved and len(points) > 2 else list(points)
        pixels = [self._place(x, y) for x, y in path]
        thick = max(1.0, width * self.unit)
        self._draw.line(pixels, fill=paint, width=round(thick), joint="curve")
        if thick > 2:
            radius = thick / 2
            for x, y in (pixels[0], pixels[-1]):
                self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=paint)

    def taper(self, points: Sequence[Point], first: float, last: float, paint: Paint) -> None:
        """Draw a smooth line whose width goes from `first` to `last`, both ends round."""
        path = smooth_line(points)
        for index, (near, far) in enumerate(pairwise(path)):
            width = first + (last - first) * index / (len(path) - 1)
            self.stroke([near, far], width, paint, curved=False)

    def arc(self, centre: Point, radii: Point, span: tuple[float, float], width: float, paint: Paint) -> None:
        """Draw part of an ellipse's rim; `span` in degrees, 0 to the right, clockwise."""
        first, last = (math.radians(angle) for angle in span)
        steps = [first + (last - first) * step / 12 for step in range(13)]
        rim = [(centre[0] + radii[0] * math.cos(a), centre[1] + radii[1] * math.sin(a)) for a in steps]
        self.stroke(rim, width, paint, curved=False)

    @contextmanager
    def clipped(self, outline: Sequence[Point]) -> Iterator["Pen"]:
        """Yield a pen that draws only inside the closed outline."""
        pixels = [self._place(x, y) for x, y in outline]
        xs, ys = [x for x, _ in pixels], [y for _, y in pixels]
        box = (math.floor(min(xs)), math.floor(min(ys)), math.ceil(max(xs)) + 1, math.ceil(max(ys)) + 1)
        part = self.image.crop(box)
        mask = Image.new("L", part.size, 0)
        ImageDraw.Draw(mask).polygon([(x - box[0], y - box[1]) for x, y in pixels], fill=255)
        inner = Pen(part)
        inner._matrix = (*self._matrix[:4], self._matrix[4] - box[0], self._matrix[5] - box[1])
        yield inner
        self.image.paste(part, box[:2], mask)

    def _place(self, x: float, y: float) -> Point:
        a, b, c, d, e, f = self._matrix
        return (a * x + c * y + e, b * x + d * y + f)


def ellipse_outline(centre: Point, rx: float, ry: float, turn: float = 0) -> list[Point]:
    """Return the rim of an ellipse, turned by degrees."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    points = []
    for step in range(ELLIPSE_STEPS):
        angle = 2 * math.pi * step / ELLIPSE_STEPS
        x, y = rx * math.cos(angle), ry * math.sin(angle)
        points.append((centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos))
    return points


def smooth_outline(points: Sequence[Point]) -> list[Point]:
    """Return a closed Catmull-Rom curve through the points."""
    count = len(points)
    outline: list[Point] = []
    for index in range(count):
        around = [points[(index + offset) % count] for offset in (-1, 0, 1, 2)]
        outline.extend(_curve(around))
    return outline


def smooth_line(points: Sequence[Point]) -> list[Point]:
    """Return an open Catmull-Rom curve through the points."""
    padded = [points[0], *points, points[-1]]
    line: list[Point] = []
    for index in range(len(points) - 1):
        line.extend(_curve(padded[index : index + 4]))
    return [*line, points[-1]]


def _curve(around: Sequence[Point]) -> Iterator[Point]:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = around
    for step in range(CURVE_STEPS):
        t = step / CURVE_STEPS
        w0, w1 = -0.5 * t**3 + t**2 - 0.5 * t, 1.5 * t**3 - 2.5 * t**2 + 1
        w2, w3 = -1.5 * t**3 + 2 * t**2 + 0.5 * t, 0.5 * t**3 - 0.5 * t**2
        yield (w0 * x0 + w1 * x1 + w2 * x2 + w3 * x3, w0 * y0 + w1 * y1 + w2 * y2 + w3 * y3)
