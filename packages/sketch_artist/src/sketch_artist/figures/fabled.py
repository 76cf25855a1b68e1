"""Dragons and robots, whose bodies are unlike the others'."""

from sketch_artist.appearance import Appearance
from sketch_artist.colours import INK, Colour, darker, lighter, mix
from sketch_artist.figures.face import draw_cheeks, draw_eyes, draw_smile
from sketch_artist.figures.pose import Pose
from sketch_artist.pen import Pen

SCREEN: Colour = (56, 66, 84)
GLOW: Colour = (150, 240, 220)


def draw_dragon_behind(pen: Pen, appearance: Appearance) -> None:
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
        pen.polygon(points, mix(appearance.accent, appearance.coat, 0.25))
        pen.stroke(
            [(side * 0.12, -0.42), (side * 0.3, -0.67), (side * 0.45, -0.6)], 0.022, darker(appearance.coat, 0.15)
        )
    pen.stroke([(0.05, -0.2), (0.24, -0.09), (0.37, -0.17)], 0.085, appearance.coat)
    pen.polygon([(0.33, -0.19), (0.44, -0.29), (0.45, -0.12)], appearance.accent)


def draw_dragon_head(pen: Pen, appearance: Appearance) -> None:
    """Draw horns, crest, snout and a fiery smile."""
    for side in (-1, 1):
        pen.polygon([(side * 0.08, -0.85), (side * 0.15, -1.0), (side * 0.185, -0.81)], appearance.light)
        pen.shape(
            [(side * 0.19, -0.76), (side * 0.32, -0.8), (side * 0.23, -0.65)],
            mix(appearance.accent, appearance.coat, 0.25),
        )
    for x, y in ((-0.05, -0.89), (0.0, -0.91), (0.05, -0.89)):
        pen.ellipse(x, y, 0.035, 0.05, paint=appearance.accent)
    pen.ellipse(0, -0.705, 0.225, 0.19, paint=appearance.coat)
    pen.ellipse(0, -0.595, 0.165, 0.095, paint=mix(appearance.coat, appearance.light, 0.4))
    for side in (-1, 1):
        pen.ellipse(side * 0.045, -0.625, 0.015, 0.011, paint=darker(appearance.coat, 0.5))
    draw_smile(pen, appearance.coat, y=-0.572, width=0.07)
    pen.polygon([(0.03, -0.56), (0.055, -0.565), (0.045, -0.535)], (255, 255, 255))
    draw_eyes(pen, appearance.eyes, apart=0.1, y=-0.735, size=0.034)
    draw_cheeks(pen, appearance.coat, apart=0.17, y=-0.66)


def draw_robot(pen: Pen, appearance: Appearance, pose: Pose) -> None:
    """Draw the whole robot."""
    joint = darker(appearance.coat, 0.35)
    for side, hand in ((-1, pose.left), (1, pose.right)):
        pen.stroke([(side * 0.085, -0.2), (side * 0.085, -0.06)], 0.06, joint, curved=False)
        pen.box(side * 0.085 - 0.075, -0.075, side * 0.085 + 0.075, 0, appearance.boots, radius=0.035)
        pen.stroke([(side * 0.16, -0.4), (hand[0] * 1.02, (hand[1] - 0.4) / 2 + 0.03), hand], 0.055, joint)
        pen.ellipse(*hand, 0.05, paint=appearance.accent)
    pen.box(-0.19, -0.49, 0.19, -0.14, appearance.coat, radius=0.06)
    pen.box(-0.12, -0.41, 0.12, -0.22, lighter(appearance.coat, 0.45), radius=0.03)
    for x, colour in ((-0.065, appearance.accent), (0, appearance.outfit), (0.065, appearance.hat)):
        pen.ellipse(x, -0.275, 0.024, paint=colour)
    pen.arc((0, -0.335), (0.06, 0.045), (180, 360), 0.012, joint)
    pen.stroke([(0, -0.335), (0.03, -0.37)], 0.012, appearance.accent, curved=False)
    _draw_robot_head(pen, appearance, joint)


def _draw_robot_head(pen: Pen, appearance: Appearance, joint: Colour) -> None:
    pen.stroke([(0, -0.85), (0, -0.97)], 0.018, joint, curved=False)
    pen.ellipse(0, -0.985, 0.038, paint=appearance.accent)
    for side in (-1, 1):
        pen.box(side * 0.245 - 0.03, -0.73, side * 0.245 + 0.03, -0.62, joint, radius=0.025)
    pen.box(-0.07, -0.53, 0.07, -0.47, joint)
    pen.box(-0.245, -0.87, 0.245, -0.51, appearance.coat, radius=0.09)
    pen.box(-0.195, -0.82, 0.195, -0.56, SCREEN, radius=0.07)
    for side in (-1, 1):
        pen.ellipse(side * 0.085, -0.705, 0.04, 0.05, paint=GLOW)
        pen.ellipse(side * 0.085 + 0.012, -0.722, 0.013, paint=(255, 255, 255))
        pen.ellipse(side * 0.145, -0.635, 0.03, 0.018, paint=mix(SCREEN, (240, 120, 130), 0.6))
    pen.stroke([(-0.045, -0.63), (0, -0.608), (0.045, -0.63)], 0.014, GLOW)
    for x in (-0.215, 0.215):
        pen.ellipse(x, -0.84, 0.011, paint=mix(INK, appearance.coat, 0.4))
