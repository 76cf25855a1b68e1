"""Owls and other birds: one egg-shaped body, wings for arms."""

from local.image_service.drawing.colours import INK, darker, lighter, mix
from local.image_service.drawing.figures.face import draw_cheeks, draw_eyes
from local.image_service.drawing.figures.pose import Pose
from local.image_service.drawing.look import Look
from local.image_service.drawing.pen import Pen, Point

BEAK = (240, 164, 66)


def draw_winged(pen: Pen, look: Look, pose: Pose) -> None:
    """Draw the whole bird, clothes excepted."""
    for side in (-1, 1):
        for toe in (-0.035, 0.0, 0.035):
            pen.ellipse(side * 0.085 + toe, -0.018, 0.022, 0.03, paint=BEAK)
    if look.species == "owl":
        _draw_tufts(pen, look)
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
        look.coat,
    )
    _draw_belly(pen, look)
    for side in (-1, 1):
        _draw_wing(pen, look, raised=(pose.left if side < 0 else pose.right)[1] < -0.4, side=side)
    if look.species == "owl":
        _draw_owl_face(pen, look)
    else:
        _draw_bird_face(pen, look)


def _draw_tufts(pen: Pen, look: Look) -> None:
    for side in (-1, 1):
        pen.polygon([(side * 0.06, -0.85), (side * 0.23, -0.99), (side * 0.235, -0.76)], darker(look.coat, 0.15))


def _draw_belly(pen: Pen, look: Look) -> None:
    pen.ellipse(0, -0.29, 0.175, 0.225, paint=look.light)
    if look.species != "owl":
        return
    for row in range(4):
        for column in range(-2, 3):
            if abs(column) + row % 2 < 3:
                x, y = (column + 0.5 * (row % 2)) * 0.075, -0.4 + row * 0.075
                pen.arc((x, y), (0.026, 0.024), (0, 180), 0.011, mix(look.coat, look.light, 0.35))


def _draw_wing(pen: Pen, look: Look, *, raised: bool, side: int) -> None:
    dark = darker(look.coat, 0.2)
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


def _draw_owl_face(pen: Pen, look: Look) -> None:
    for side in (-1, 1):
        pen.ellipse(side * 0.1, -0.68, 0.118, 0.122, paint=look.light)
        pen.ellipse(side * 0.1, -0.68, 0.082, paint=mix((250, 206, 96), look.eyes, 0.2))
        pen.ellipse(side * 0.096, -0.68, 0.052, 0.056, paint=INK)
        pen.ellipse(side * 0.096 + 0.018, -0.705, 0.018, paint=(255, 255, 255))
    pen.shape([(-0.035, -0.645), (0.035, -0.645), (0, -0.57)], BEAK)


def _draw_bird_face(pen: Pen, look: Look) -> None:
    if look.species == "penguin":
        for side in (-1, 1):
            pen.ellipse(side * 0.085, -0.665, 0.105, 0.13, paint=look.light)
        pen.ellipse(0, -0.6, 0.14, 0.09, paint=look.light)
    width = 0.085 if look.species == "duck" else 0.045
    pen.shape([(-width, -0.635), (0, -0.665), (width, -0.635), (0, -0.575)], BEAK)
    pen.stroke([(-width * 0.7, -0.622), (0, -0.612), (width * 0.7, -0.622)], 0.009, darker(BEAK, 0.3))
    draw_eyes(pen, look.eyes, apart=0.105, y=-0.715)
    draw_cheeks(pen, look.light if look.species == "penguin" else look.coat, apart=0.16, y=-0.64)
    if look.species == "bird":
        for turn, x in ((-18, -0.03), (6, 0.0), (28, 0.035)):
            pen.ellipse(x, -0.925, 0.018, 0.05, paint=lighter(look.coat, 0.2), turn=turn)
