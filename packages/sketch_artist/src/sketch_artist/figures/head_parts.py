"""The parts that several heads share: a round skull, pointed ears, whiskers."""

from sketch_artist.appearance import Appearance
from sketch_artist.colours import INK, Colour, mix
from sketch_artist.pen import Pen, Point

EAR_PINK: Colour = (240, 168, 160)


def round_head(pen: Pen, colour: Colour, rx: float = 0.235, ry: float = 0.205) -> None:
    """Draw the skull."""
    pen.ellipse(0, -0.685, rx, ry, paint=colour)


def pointed_ears(pen: Pen, appearance: Appearance, *, height: float, tip: Colour) -> None:
    """Draw two upright ears, `height` above the skull, with inner ears in the tip's colour."""
    for side in (-1, 1):
        outer: list[Point] = [(side * 0.06, -0.83), (side * 0.17, -0.88 - height), (side * 0.24, -0.73)]
        pen.shape(outer, appearance.coat)
        inner: list[Point] = [(side * 0.11, -0.83), (side * 0.172, -0.86 - height * 0.72), (side * 0.205, -0.77)]
        pen.shape(inner, tip)


def draw_whiskers(pen: Pen) -> None:
    """Draw two whiskers on each side."""
    for side in (-1, 1):
        for lift in (-0.02, 0.012):
            pen.stroke(
                [(side * 0.1, -0.6 + lift / 2), (side * 0.23, -0.61 + lift * 1.8)],
                0.006,
                mix(INK, (255, 255, 255), 0.35),
            )
