"""Dragons and robots, whose bodies are unlike the others'."""

from local.image_service.drawing.colours import INK, Colour, darker, lighter, mix
from local.image_service.drawing.figures.face import draw_cheeks, draw_eyes, draw_smile
from local.image_service.drawing.figures.pose import Pose
from local.image_service.drawing.look import Look
from local.image_service.drawing.pen import Pen

SCREEN: Colour = (56, 66, 84)
GLOW: Colour = (150, 240, 220)


def draw_dragon_behind(pen: Pen, look: Look) -> None:
    """Draw wings and tail."""
    for side in (-1, 1):
        points = [
            (side * 0.1, -0.42),
            (side * 0.3, -0.68),
            (side * 0.46, -0.6),
            (side * 0.43, -0.47),
            (side * 0.35, -0.45),
            (side * 0.3, -0.35),
            (side * 0.22, -0.36),
        ]
        pen.polygon(points, mix(look.accent, look.coat, 0.25))
        pen.stroke([(side * 0.12, -0.42), (side * 0.3, -0.67), (side * 0.45, -0.6)], 0.022, darker(look.coat, 0.15))
    pen.stroke([(0.05, -0.2), (0.24, -0.09), (0.37, -0.17)], 0.085, look.coat)
    pen.polygon([(0.33, -0.19), (0.44, -0.29), (0.45, -0.12)], look.accent)


def draw_dragon_head(pen: Pen, look: Look) -> None:
    """Draw horns, crest, snout and a fiery smile."""
    for side in (-1, 1):
        pen.polygon([(side * 0.08, -0.85), (side * 0.15, -1.0), (side * 0.185, -0.81)], look.light)
        pen.shape([(side * 0.19, -0.76), (side * 0.32, -0.8), (side * 0.23, -0.65)], mix(look.accent, look.coat, 0.25))
    for x, y in ((-0.05, -0.89), (0.0, -0.91), (0.05, -0.89)):
        pen.ellipse(x, y, 0.035, 0.05, paint=look.accent)
    pen.ellipse(0, -0.705, 0.225, 0.19, paint=look.coat)
    pen.ellipse(0, -0.595, 0.165, 0.095, paint=mix(look.coat, look.light, 0.4))
    for side in (-1, 1):
        pen.ellipse(side * 0.045, -0.625, 0.015, 0.011, paint=darker(look.coat, 0.5))
    draw_smile(pen, look.coat, y=-0.572, width=0.07)
    pen.polygon([(0.03, -0.56), (0.055, -0.565), (0.045, -0.535)], (255, 255, 255))
    draw_eyes(pen, look.eyes, apart=0.1, y=-0.735, size=0.034)
    draw_cheeks(pen, look.coat, apart=0.17, y=-0.66)


def draw_robot(pen: Pen, look: Look, pose: Pose) -> None:
    """Draw the whole robot."""
    joint = darker(look.coat, 0.35)
    for side, hand in ((-1, pose.left), (1, pose.right)):
        pen.stroke([(side * 0.085, -0.2), (side * 0.085, -0.06)], 0.06, joint, curved=False)
        pen.box(side * 0.085 - 0.075, -0.075, side * 0.085 + 0.075, 0, look.boots, radius=0.035)
        pen.stroke([(side * 0.16, -0.4), (hand[0] * 1.02, (hand[1] - 0.4) / 2 + 0.03), hand], 0.055, joint)
        pen.ellipse(*hand, 0.05, paint=look.accent)
    pen.box(-0.19, -0.49, 0.19, -0.14, look.coat, radius=0.06)
    pen.box(-0.12, -0.41, 0.12, -0.22, lighter(look.coat, 0.45), radius=0.03)
    for x, colour in ((-0.065, look.accent), (0, look.outfit), (0.065, look.hat)):
        pen.ellipse(x, -0.275, 0.024, paint=colour)
    pen.arc((0, -0.335), (0.06, 0.045), (180, 360), 0.012, joint)
    pen.stroke([(0, -0.335), (0.03, -0.37)], 0.012, look.accent, curved=False)
    _draw_robot_head(pen, look, joint)


def _draw_robot_head(pen: Pen, look: Look, joint: Colour) -> None:
    pen.stroke([(0, -0.85), (0, -0.97)], 0.018, joint, curved=False)
    pen.ellipse(0, -0.985, 0.038, paint=look.accent)
    for side in (-1, 1):
        pen.box(side * 0.245 - 0.03, -0.73, side * 0.245 + 0.03, -0.62, joint, radius=0.025)
    pen.box(-0.07, -0.53, 0.07, -0.47, joint)
    pen.box(-0.245, -0.87, 0.245, -0.51, look.coat, radius=0.09)
    pen.box(-0.195, -0.82, 0.195, -0.56, SCREEN, radius=0.07)
    for side in (-1, 1):
        pen.ellipse(side * 0.085, -0.705, 0.04, 0.05, paint=GLOW)
        pen.ellipse(side * 0.085 + 0.012, -0.722, 0.013, paint=(255, 255, 255))
        pen.ellipse(side * 0.145, -0.635, 0.03, 0.018, paint=mix(SCREEN, (240, 120, 130), 0.6))
    pen.stroke([(-0.045, -0.63), (0, -0.608), (0.045, -0.63)], 0.014, GLOW)
    for x in (-0.215, 0.215):
        pen.ellipse(x, -0.84, 0.011, paint=mix(INK, look.coat, 0.4))
