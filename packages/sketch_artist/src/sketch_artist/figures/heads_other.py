"""Heads of domestic and exotic animals: ears, snouts and manes."""

import math
from collections.abc import Callable

from sketch_artist.appearance import Appearance
from sketch_artist.colours import darker, lighter, mix
from sketch_artist.figures.face import draw_cheeks, draw_eyes, draw_muzzle
from sketch_artist.figures.head_parts import EAR_PINK, draw_whiskers, pointed_ears, round_head
from sketch_artist.pen import Pen


def _cat(pen: Pen, appearance: Appearance) -> None:
    pointed_ears(pen, appearance, height=0.075, tip=EAR_PINK)
    round_head(pen, appearance.coat, 0.24, 0.2)
    for x, length in ((-0.055, 0.06), (0, 0.08), (0.055, 0.06)):
        pen.stroke([(x, -0.872), (x * 0.9, -0.872 + length)], 0.022, darker(appearance.coat, 0.22), curved=False)
    draw_muzzle(pen, appearance.light, rx=0.085, ry=0.058)
    draw_whiskers(pen)
    draw_eyes(pen, appearance.eyes, apart=0.11, y=-0.695)
    draw_cheeks(pen, appearance.coat, apart=0.17, y=-0.615)


def _dog(pen: Pen, appearance: Appearance) -> None:
    round_head(pen, appearance.coat, 0.23, 0.205)
    pen.shape([(-0.045, -0.885), (0.045, -0.885), (0.05, -0.7), (0, -0.65), (-0.05, -0.7)], appearance.light)
    ear = darker(appearance.coat, 0.28)
    for side in (-1, 1):
        pen.shape(
            [
                (side * 0.13, -0.87),
                (side * 0.24, -0.83),
                (side * 0.3, -0.64),
                (side * 0.24, -0.55),
                (side * 0.19, -0.68),
            ],
            ear,
        )
    draw_muzzle(pen, appearance.light, rx=0.105, ry=0.078)
    pen.ellipse(0.018, -0.56, 0.022, 0.03, paint=(232, 118, 112))
    draw_eyes(pen, appearance.eyes, apart=0.1, y=-0.7)
    draw_cheeks(pen, appearance.coat, apart=0.165, y=-0.62)


def _turtle(pen: Pen, appearance: Appearance) -> None:
    round_head(pen, appearance.coat, 0.205, 0.195)
    pen.ellipse(0, -0.595, 0.13, 0.07, paint=appearance.light)
    pen.stroke([(-0.06, -0.6), (0, -0.575), (0.06, -0.6)], 0.013, darker(appearance.coat, 0.6))
    draw_eyes(pen, appearance.eyes, apart=0.1, y=-0.705)
    draw_cheeks(pen, appearance.coat, apart=0.155, y=-0.625)


def _lion(pen: Pen, appearance: Appearance) -> None:
    mane = mix(appearance.hair, (186, 90, 48), 0.6)
    for step in range(16):
        angle = math.radians(step * 22.5)
        pen.ellipse(0.235 * math.cos(angle), -0.685 + 0.215 * math.sin(angle), 0.085, paint=mane)
    for side in (-1, 1):
        pen.ellipse(side * 0.165, -0.85, 0.056, paint=appearance.coat)
    round_head(pen, appearance.coat, 0.21, 0.19)
    draw_muzzle(pen, appearance.light, rx=0.095, ry=0.07)
    draw_eyes(pen, appearance.eyes, apart=0.098, y=-0.7)
    draw_cheeks(pen, appearance.coat, apart=0.155, y=-0.62)


def _pig(pen: Pen, appearance: Appearance) -> None:
    for side in (-1, 1):
        pen.shape([(side * 0.07, -0.85), (side * 0.2, -0.93), (side * 0.23, -0.78)], darker(appearance.coat, 0.1))
    round_head(pen, appearance.coat, 0.235, 0.2)
    pen.ellipse(0, -0.615, 0.08, 0.056, paint=mix(appearance.coat, (220, 110, 116), 0.4))
    for side in (-1, 1):
        pen.ellipse(side * 0.028, -0.615, 0.014, 0.022, paint=mix(appearance.coat, (130, 60, 70), 0.7))
    pen.stroke([(-0.05, -0.545), (0, -0.53), (0.05, -0.545)], 0.012, (130, 60, 70))
    draw_eyes(pen, appearance.eyes, apart=0.11, y=-0.71)
    draw_cheeks(pen, appearance.coat, apart=0.17, y=-0.625)


def _sheep(pen: Pen, appearance: Appearance) -> None:
    for step in range(14):
        angle = math.radians(step * 360 / 14)
        pen.ellipse(0.2 * math.cos(angle), -0.715 + 0.17 * math.sin(angle), 0.085, paint=appearance.coat)
    for side in (-1, 1):
        pen.ellipse(side * 0.235, -0.7, 0.075, 0.038, paint=appearance.light, turn=side * 18)
    pen.ellipse(0, -0.66, 0.165, 0.17, paint=appearance.light)
    for x in (-0.09, 0, 0.09):
        pen.ellipse(x, -0.835, 0.075, 0.06, paint=appearance.coat)
    draw_muzzle(pen, lighter(appearance.light, 0.35), rx=0.07, ry=0.052)
    draw_eyes(pen, appearance.eyes, apart=0.08, y=-0.69)
    draw_cheeks(pen, appearance.light, apart=0.12, y=-0.62)


def _elephant(pen: Pen, appearance: Appearance) -> None:
    for side in (-1, 1):
        pen.ellipse(side * 0.27, -0.7, 0.13, 0.165, paint=darker(appearance.coat, 0.1))
        pen.ellipse(side * 0.275, -0.7, 0.085, 0.115, paint=appearance.light)
    round_head(pen, appearance.coat, 0.215, 0.2)
    pen.stroke([(0, -0.65), (0, -0.55), (0.025, -0.46), (0.09, -0.43)], 0.085, darker(appearance.coat, 0.06))
    for y in (-0.58, -0.54, -0.5):
        pen.stroke([(-0.03, y), (0.035, y)], 0.008, darker(appearance.coat, 0.25), curved=False)
    draw_eyes(pen, appearance.eyes, apart=0.11, y=-0.7)
    draw_cheeks(pen, appearance.coat, apart=0.15, y=-0.62)


OTHER_HEADS: dict[str, Callable[[Pen, Appearance], None]] = {
    "cat": _cat,
    "dog": _dog,
    "turtle": _turtle,
    "lion": _lion,
    "pig": _pig,
    "sheep": _sheep,
    "elephant": _elephant,
}
