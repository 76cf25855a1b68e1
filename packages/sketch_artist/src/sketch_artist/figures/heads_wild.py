"""Heads of the animals of wood and meadow: ears, snouts, masks and spines."""

import math
from collections.abc import Callable

from sketch_artist.appearance import Appearance
from sketch_artist.colours import INK, darker, lighter, mix
from sketch_artist.figures.face import draw_cheeks, draw_eyes, draw_muzzle
from sketch_artist.figures.head_parts import EAR_PINK, draw_whiskers, pointed_ears, round_head
from sketch_artist.pen import Pen, Point


def _fox(pen: Pen, appearance: Appearance) -> None:
    pointed_ears(pen, appearance, height=0.12, tip=darker(appearance.coat, 0.55))
    pen.shape(
        [
            (-0.13, -0.87),
            (0.13, -0.87),
            (0.25, -0.7),
            (0.275, -0.6),
            (0.13, -0.52),
            (0, -0.485),
            (-0.13, -0.52),
            (-0.275, -0.6),
            (-0.25, -0.7),
        ],
        appearance.coat,
    )
    for side in (-1, 1):
        pen.shape(
            [(side * 0.265, -0.605), (side * 0.16, -0.66), (side * 0.04, -0.6), (0, -0.49), (side * 0.13, -0.525)],
            appearance.light,
        )
    draw_muzzle(pen, appearance.light, rx=0.075, ry=0.06, y=-0.565)
    draw_eyes(pen, appearance.eyes, apart=0.11, y=-0.685)
    draw_cheeks(pen, appearance.light, apart=0.185, y=-0.6)


def _bear(pen: Pen, appearance: Appearance) -> None:
    for side in (-1, 1):
        pen.ellipse(side * 0.175, -0.855, 0.078, paint=appearance.coat)
        pen.ellipse(side * 0.175, -0.85, 0.044, paint=mix(appearance.light, appearance.coat, 0.35))
    round_head(pen, appearance.coat, 0.245, 0.21)
    draw_muzzle(pen, appearance.light, rx=0.105, ry=0.08)
    draw_eyes(pen, appearance.eyes, apart=0.105, y=-0.705)
    draw_cheeks(pen, appearance.coat, apart=0.17, y=-0.625)


def _rabbit(pen: Pen, appearance: Appearance) -> None:
    for side in (-1, 1):
        pen.ellipse(side * 0.105, -0.985, 0.068, 0.19, paint=appearance.coat, turn=side * 10)
        pen.ellipse(side * 0.106, -0.975, 0.034, 0.14, paint=EAR_PINK, turn=side * 10)
    round_head(pen, appearance.coat, 0.225, 0.2)
    draw_muzzle(pen, appearance.light, rx=0.085, ry=0.06)
    pen.box(-0.02, -0.572, 0.02, -0.54, (255, 255, 255), radius=0.006)
    draw_eyes(pen, appearance.eyes, apart=0.105, y=-0.7)
    draw_cheeks(pen, appearance.coat, apart=0.16, y=-0.615)


def _mouse(pen: Pen, appearance: Appearance) -> None:
    for side in (-1, 1):
        pen.ellipse(side * 0.215, -0.845, 0.13, paint=appearance.coat)
        pen.ellipse(side * 0.215, -0.84, 0.085, paint=EAR_PINK)
    round_head(pen, appearance.coat, 0.215, 0.19)
    draw_muzzle(pen, appearance.light, rx=0.075, ry=0.058)
    draw_whiskers(pen)
    draw_eyes(pen, appearance.eyes, apart=0.095, y=-0.69)
    draw_cheeks(pen, appearance.coat, apart=0.15, y=-0.61)


def _hedgehog(pen: Pen, appearance: Appearance) -> None:
    spines = appearance.hair
    for ring, (reach, paint) in enumerate(((0.315, darker(spines, 0.2)), (0.27, spines))):
        points: list[Point] = []
        for step in range(34):
            angle = math.radians(150 + step * 240 / 33 + ring * 4)
            radius = reach if step % 2 else reach - 0.06
            points.append((radius * math.cos(angle), -0.68 + radius * 0.92 * math.sin(angle)))
        pen.polygon(points, paint)
    for side in (-1, 1):
        pen.ellipse(side * 0.165, -0.82, 0.048, paint=mix(appearance.coat, appearance.light, 0.3))
    pen.shape(
        [
            (0, -0.83),
            (0.17, -0.78),
            (0.215, -0.64),
            (0.12, -0.52),
            (0, -0.495),
            (-0.12, -0.52),
            (-0.215, -0.64),
            (-0.17, -0.78),
        ],
        appearance.light,
    )
    draw_muzzle(pen, lighter(appearance.light, 0.3), rx=0.075, ry=0.058)
    draw_eyes(pen, appearance.eyes, apart=0.095, y=-0.685)
    draw_cheeks(pen, appearance.light, apart=0.15, y=-0.61)


def _badger(pen: Pen, appearance: Appearance) -> None:
    for side in (-1, 1):
        pen.ellipse(side * 0.185, -0.835, 0.058, paint=darker(appearance.coat, 0.4))
    round_head(pen, appearance.light, 0.225, 0.2)
    for side in (-1, 1):
        pen.shape(
            [
                (side * 0.06, -0.87),
                (side * 0.15, -0.84),
                (side * 0.16, -0.66),
                (side * 0.11, -0.56),
                (side * 0.055, -0.66),
            ],
            darker(appearance.coat, 0.4),
        )
    draw_muzzle(pen, appearance.light, rx=0.085, ry=0.062)
    for side in (-1, 1):
        pen.ellipse(side * 0.105, -0.69, 0.046, 0.052, paint=appearance.light)
    draw_eyes(pen, appearance.eyes, apart=0.105, y=-0.69)
    draw_cheeks(pen, appearance.light, apart=0.18, y=-0.61, size=0.03)


def _squirrel(pen: Pen, appearance: Appearance) -> None:
    for side in (-1, 1):
        pen.shape([(side * 0.1, -0.83), (side * 0.155, -0.985), (side * 0.21, -0.78)], appearance.coat)
        pen.stroke([(side * 0.155, -0.96), (side * 0.165, -1.02)], 0.028, darker(appearance.coat, 0.3), curved=False)
    round_head(pen, appearance.coat, 0.22, 0.195)
    for side in (-1, 1):
        pen.ellipse(side * 0.085, -0.6, 0.085, 0.068, paint=appearance.light)
    draw_muzzle(pen, appearance.light, rx=0.07, ry=0.06)
    draw_eyes(pen, appearance.eyes, apart=0.105, y=-0.7)
    draw_cheeks(pen, appearance.light, apart=0.15, y=-0.61)


def _frog(pen: Pen, appearance: Appearance) -> None:
    for side in (-1, 1):
        pen.ellipse(side * 0.13, -0.84, 0.082, paint=appearance.coat)
    pen.ellipse(0, -0.67, 0.26, 0.185, paint=appearance.coat)
    pen.ellipse(0, -0.585, 0.19, 0.085, paint=appearance.light)
    pen.stroke([(-0.15, -0.615), (0, -0.57), (0.15, -0.615)], 0.014, darker(appearance.coat, 0.6))
    for side in (-1, 1):
        pen.ellipse(side * 0.13, -0.845, 0.055, paint=(255, 255, 250))
        pen.ellipse(side * 0.125, -0.842, 0.033, 0.04, paint=INK)
        pen.ellipse(side * 0.125 + 0.01, -0.858, 0.012, paint=(255, 255, 255))
    draw_cheeks(pen, appearance.coat, apart=0.195, y=-0.65)


def _deer(pen: Pen, appearance: Appearance) -> None:
    antler = mix(appearance.coat, (250, 230, 196), 0.55)
    for side in (-1, 1):
        pen.stroke([(side * 0.08, -0.85), (side * 0.13, -0.97), (side * 0.12, -1.08)], 0.026, antler)
        pen.stroke([(side * 0.125, -0.96), (side * 0.2, -1.02)], 0.022, antler)
        pen.ellipse(side * 0.255, -0.78, 0.085, 0.045, paint=appearance.coat, turn=side * -24)
        pen.ellipse(side * 0.255, -0.778, 0.05, 0.024, paint=EAR_PINK, turn=side * -24)
    pen.shape(
        [(-0.15, -0.86), (0.15, -0.86), (0.2, -0.7), (0.13, -0.53), (0, -0.49), (-0.13, -0.53), (-0.2, -0.7)],
        appearance.coat,
    )
    draw_muzzle(pen, appearance.light, rx=0.1, ry=0.07, y=-0.57)
    draw_eyes(pen, appearance.eyes, apart=0.105, y=-0.69)
    draw_cheeks(pen, appearance.coat, apart=0.14, y=-0.62)


WILD_HEADS: dict[str, Callable[[Pen, Appearance], None]] = {
    "fox": _fox,
    "bear": _bear,
    "rabbit": _rabbit,
    "mouse": _mouse,
    "hedgehog": _hedgehog,
    "badger": _badger,
    "squirrel": _squirrel,
    "frog": _frog,
    "deer": _deer,
}
