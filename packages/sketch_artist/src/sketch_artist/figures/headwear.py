"""Hats, bows and crowns, fitted to a head around (0, -0.7)."""

from collections.abc import Callable

from sketch_artist.colours import Colour, darker, lighter
from sketch_artist.pen import Pen

GOLD: Colour = (244, 198, 92)


def _beanie(pen: Pen, colour: Colour) -> None:
    deep = darker(colour, 0.18)
    pale = lighter(colour, 0.35)
    pen.ellipse(0, -1.0, 0.052, paint=pale)
    pen.shape([(-0.235, -0.8), (-0.2, -0.92), (0, -0.99), (0.2, -0.92), (0.235, -0.8), (0, -0.84)], colour)
    pen.shape([(-0.25, -0.81), (0, -0.865), (0.25, -0.81), (0.24, -0.755), (0, -0.805), (-0.24, -0.755)], deep)


def _wide_hat(pen: Pen, colour: Colour) -> None:
    deep = darker(colour, 0.18)
    pen.shape([(-0.165, -0.84), (-0.14, -0.985), (0, -1.01), (0.14, -0.985), (0.165, -0.84)], colour)
    pen.shape([(-0.17, -0.875), (0, -0.9), (0.17, -0.875), (0.17, -0.835), (-0.17, -0.835)], deep)
    pen.shape([(-0.35, -0.825), (0, -0.875), (0.35, -0.825), (0.3, -0.785), (0, -0.81), (-0.3, -0.785)], colour)


def _pointed_hat(pen: Pen, colour: Colour) -> None:
    deep = darker(colour, 0.18)
    pen.polygon([(-0.185, -0.83), (-0.05, -1.09), (0.09, -1.2), (0.06, -1.07), (0.185, -0.83)], colour)
    pen.shape([(-0.33, -0.82), (0, -0.87), (0.33, -0.82), (0.27, -0.78), (0, -0.8), (-0.27, -0.78)], deep)
    for x, y in ((-0.05, -0.93), (0.06, -1.0), (0.03, -0.88)):
        pen.ellipse(x, y, 0.018, paint=GOLD)


def _cap(pen: Pen, colour: Colour) -> None:
    deep = darker(colour, 0.18)
    pen.shape([(-0.235, -0.8), (-0.19, -0.93), (0, -0.97), (0.19, -0.93), (0.235, -0.8), (0, -0.83)], colour)
    pen.shape([(-0.02, -0.83), (0.22, -0.83), (0.34, -0.775), (0.2, -0.775)], deep)
    pen.ellipse(0, -0.968, 0.022, paint=deep)


def _bow(pen: Pen, colour: Colour) -> None:
    deep = darker(colour, 0.18)
    for side in (-1, 1):
        pen.shape([(0.12, -0.9), (0.12 + side * 0.1, -0.965), (0.12 + side * 0.11, -0.845)], colour)
    pen.ellipse(0.12, -0.903, 0.032, paint=deep)


def _crown(pen: Pen, colour: Colour) -> None:
    points = [
        (-0.15, -0.87),
        (-0.17, -1.0),
        (-0.08, -0.935),
        (0, -1.03),
        (0.08, -0.935),
        (0.17, -1.0),
        (0.15, -0.87),
    ]
    pen.polygon(points, GOLD)
    for x, y in ((-0.168, -1.0), (0, -1.03), (0.168, -1.0)):
        pen.ellipse(x, y, 0.022, paint=colour)
    pen.box(-0.15, -0.895, 0.15, -0.865, darker(GOLD, 0.15), radius=0.01)


def _flower(pen: Pen, colour: Colour) -> None:
    for x, y in ((-0.035, 0), (0.035, 0), (0, -0.035), (0, 0.035)):
        pen.ellipse(-0.15 + x, -0.88 + y, 0.032, paint=colour)
    pen.ellipse(-0.15, -0.88, 0.024, paint=GOLD)


HATS: dict[str, Callable[[Pen, Colour], None]] = {
    "beanie": _beanie,
    "wide_hat": _wide_hat,
    "pointed_hat": _pointed_hat,
    "cap": _cap,
    "bow": _bow,
    "crown": _crown,
    "flower": _flower,
}


def draw_headwear(pen: Pen, kind: str, colour: Colour) -> None:
    """Draw one piece in its colour; `none` draws nothing."""
    if kind in HATS:
        HATS[kind](pen, colour)
