"""Hair in eight styles: a part behind the head and a part before it."""

import math

from sketch_artist.colours import Colour, darker, lighter
from sketch_artist.pen import Pen, Point, smooth_outline

FRINGES: dict[str, tuple[Point, ...]] = {
    "side": (
        (-0.235, -0.66),
        (-0.25, -0.8),
        (-0.13, -0.93),
        (0.05, -0.945),
        (0.2, -0.87),
        (0.25, -0.74),
        (0.235, -0.65),
        (0.19, -0.76),
        (0.04, -0.8),
        (-0.1, -0.765),
        (-0.19, -0.71),
    ),
    "middle": (
        (-0.24, -0.63),
        (-0.255, -0.79),
        (-0.14, -0.93),
        (0, -0.945),
        (0.14, -0.93),
        (0.255, -0.79),
        (0.24, -0.63),
        (0.19, -0.74),
        (0.02, -0.83),
        (-0.02, -0.83),
        (-0.19, -0.74),
    ),
    "full": (
        (-0.24, -0.62),
        (-0.255, -0.79),
        (-0.14, -0.93),
        (0, -0.945),
        (0.14, -0.93),
        (0.255, -0.79),
        (0.24, -0.62),
        (0.2, -0.73),
        (0.1, -0.755),
        (0, -0.745),
        (-0.1, -0.755),
        (-0.2, -0.73),
    ),
}


def draw_hair_behind(pen: Pen, style: str, colour: Colour) -> None:
    """Draw the part of the hair behind the head and the shoulders."""
    deep = darker(colour, 0.16)
    if style == "long":
        pen.shape(
            [
                (-0.25, -0.75),
                (0, -0.95),
                (0.25, -0.75),
                (0.275, -0.5),
                (0.2, -0.34),
                (0, -0.38),
                (-0.2, -0.34),
                (-0.275, -0.5),
            ],
            deep,
        )
    elif style == "bob":
        pen.shape(
            [
                (-0.26, -0.75),
                (0, -0.95),
                (0.26, -0.75),
                (0.285, -0.56),
                (0.18, -0.495),
                (-0.18, -0.495),
                (-0.285, -0.56),
            ],
            deep,
        )
    elif style == "curly":
        for angle in range(150, 391, 24):
            x, y = 0.225 * math.cos(math.radians(angle)), -0.71 + 0.2 * math.sin(math.radians(angle))
            pen.ellipse(x, y, 0.095, paint=deep)
    elif style == "ponytail":
        pen.shape(
            [(0.1, -0.9), (0.26, -0.92), (0.36, -0.78), (0.33, -0.6), (0.27, -0.5), (0.25, -0.66), (0.17, -0.78)], deep
        )
        pen.ellipse(0.185, -0.86, 0.032, paint=lighter(colour, 0.55))
    elif style == "bun":
        pen.ellipse(0, -0.965, 0.09, 0.082, paint=deep)
        pen.ellipse(0, -0.972, 0.055, 0.05, paint=colour)
    elif style == "braids":
        for side in (-1, 1):
            for step in range(4):
                pen.ellipse(side * (0.238 + 0.012 * step), -0.56 + 0.06 * step, 0.05 - 0.004 * step, paint=deep)
            pen.ellipse(side * 0.278, -0.345, 0.02, paint=lighter(colour, 0.6))
            pen.ellipse(side * 0.284, -0.31, 0.026, 0.034, paint=deep)


def draw_hair_front(pen: Pen, style: str, colour: Colour) -> None:
    """Draw the fringe and the crown of the head, with a soft shine."""
    if style == "curly":
        _draw_curls(pen, colour)
        return
    if style == "spiky":
        _draw_spikes(pen, colour)
        return
    fringe = {"short": "side", "ponytail": "side", "bob": "full", "long": "middle", "braids": "middle"}.get(
        style, "full"
    )
    pen.polygon(smooth_outline(FRINGES[fringe]), colour)
    pen.stroke([(-0.15, -0.865), (-0.05, -0.905), (0.06, -0.905)], 0.02, lighter(colour, 0.28))


def _draw_curls(pen: Pen, colour: Colour) -> None:
    for angle in range(188, 357, 21):
        x, y = 0.19 * math.cos(math.radians(angle)), -0.745 + 0.165 * math.sin(math.radians(angle))
        pen.ellipse(x, y, 0.078, paint=colour)
    pen.ellipse(0, -0.85, 0.16, 0.07, paint=colour)
    for x, y in ((-0.16, -0.84), (-0.02, -0.9), (0.13, -0.86)):
        pen.arc((x, y), (0.032, 0.03), (170, 330), 0.013, lighter(colour, 0.32))


def _draw_spikes(pen: Pen, colour: Colour) -> None:
    tips = ((-0.25, -0.78), (-0.22, -0.93), (-0.1, -0.985), (0.03, -1.01), (0.16, -0.97), (0.25, -0.88), (0.262, -0.75))
    points: list[Point] = [(-0.235, -0.68)]
    for index, tip in enumerate(tips):
        points.append(tip)
        if index < len(tips) - 1:
            x, y = (tip[0] + tips[index + 1][0]) / 2, (tip[1] + tips[index + 1][1]) / 2
            points.append((x * 0.86, y + 0.05))
    points += [(0.235, -0.67), (0.18, -0.755), (0.1, -0.73), (0.03, -0.77), (-0.06, -0.735), (-0.13, -0.77)]
    pen.polygon(points, colour)
    pen.stroke([(-0.14, -0.86), (-0.04, -0.9), (0.07, -0.9)], 0.018, lighter(colour, 0.25))
