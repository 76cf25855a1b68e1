"""Owls and other birds: one egg-shaped body, wings for arms."""

from sketch_artist.appearance import Appearance
from sketch_artist.colours import INK, darker, lighter, mix
from sketch_artist.figures.face import draw_cheeks, draw_eyes
from sketch_artist.figures.pose import Pose
from sketch_artist.pen import Pen, Point

BEAK = (240, 164, 66)


def draw_winged(pen: Pen, appearance: Appearance, pose: Pose) -> None:
    """Draw the whole bird without its clothes."""
    for side in (-1, 1):
        for toe in (-0.035, 0.0, 0.035):
            pen.ellipse(side * 0.085 + toe, -0.018, 0.022, 0.03, paint=BEAK)
    if appearance.species == "owl":
        _draw_tufts(pen, appearance)
    pen.shape(
        [
            (0, -0.9),
            (0.2, -0.82),
            (0.265, -0.58),
            (0.26, -0.25),
            (0.13, -0.04),
            (-0.13, -0.04),
            (-0.26, -0.25),
            (-0.265, -0.58),
            (-0.2, -0.82),
        ],
        appearance.coat,
    )
    _draw_belly(pen, appearance)
    for side in (-1, 1):
        _draw_wing(pen, appearance, raised=(pose.left if side < 0 else pose.right)[1] < -0.4, side=side)
    if appearance.species == "owl":
        _draw_owl_face(pen, appearance)
    else:
        _draw_bird_face(pen, appearance)


def _draw_tufts(pen: Pen, appearance: Appearance) -> None:
    for side in (-1, 1):
        pen.polygon([(side * 0.06, -0.85), (side * 0.23, -0.99), (side * 0.235, -0.76)], darker(appearance.coat, 0.15))


def _draw_belly(pen: Pen, appearance: Appearance) -> None:
    pen.ellipse(0, -0.29, 0.175, 0.225, paint=appearance.light)
    if appearance.species != "owl":
        return
    for row in range(4):
        for column in range(-2, 3):
            if abs(column) + row % 2 < 3:
                x, y = (column + 0.5 * (row % 2)) * 0.075, -0.4 + row * 0.075
                pen.arc((x, y), (0.026, 0.024), (0, 180), 0.011, mix(appearance.coat, appearance.light, 0.35))


def _draw_wing(pen: Pen, appearance: Appearance, *, raised: bool, side: int) -> None:
    dark = darker(appearance.coat, 0.2)
    points: list[Point] = [(side * 0.2, -0.55), (side * 0.3, -0.4), (side * 0.27, -0.18), (side * 0.2, -0.22)]
    if raised:
        points = [
            (side * 0.2, -0.45),
            (side * 0.3, -0.62),
            (side * 0.43, -0.72),
            (side * 0.41, -0.5),
            (side * 0.26, -0.36),
        ]
    pen.shape(points, dark)


def _draw_owl_face(pen: Pen, appearance: Appearance) -> None:
    for side in (-1, 1):
        pen.ellipse(side * 0.1, -0.68, 0.118, 0.122, paint=appearance.light)
        pen.ellipse(side * 0.1, -0.68, 0.082, paint=mix((250, 206, 96), appearance.eyes, 0.2))
        pen.ellipse(side * 0.096, -0.68, 0.052, 0.056, paint=INK)
        pen.ellipse(side * 0.096 + 0.018, -0.705, 0.018, paint=(255, 255, 255))
    pen.shape([(-0.035, -0.645), (0.035, -0.645), (0, -0.57)], BEAK)


def _draw_bird_face(pen: Pen, appearance: Appearance) -> None:
    if appearance.species == "penguin":
        for side in (-1, 1):
            pen.ellipse(side * 0.085, -0.665, 0.105, 0.13, paint=appearance.light)
        pen.ellipse(0, -0.6, 0.14, 0.09, paint=appearance.light)
    width = 0.085 if appearance.species == "duck" else 0.045
    pen.shape([(-width, -0.635), (0, -0.665), (width, -0.635), (0, -0.575)], BEAK)
    pen.stroke([(-width * 0.7, -0.622), (0, -0.612), (width * 0.7, -0.622)], 0.009, darker(BEAK, 0.3))
    draw_eyes(pen, appearance.eyes, apart=0.105, y=-0.715)
    draw_cheeks(pen, appearance.light if appearance.species == "penguin" else appearance.coat, apart=0.16, y=-0.64)
    if appearance.species == "bird":
        for turn, x in ((-18, -0.03), (6, 0.0), (28, 0.035)):
            pen.ellipse(x, -0.925, 0.018, 0.05, paint=lighter(appearance.coat, 0.2), turn=turn)
