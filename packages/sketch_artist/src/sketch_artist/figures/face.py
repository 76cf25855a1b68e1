"""Eyes, cheeks, noses and smiles."""

from sketch_artist.colours import INK, Colour, brightness, darker, lighter, mix
from sketch_artist.pen import Pen

BLUSH: Colour = (240, 120, 116)
GLASSES: Colour = (92, 70, 66)


def draw_eyes(pen: Pen, colour: Colour, *, apart: float = 0.088, y: float = -0.665, size: float = 0.03) -> None:
    """Draw two bright eyes, `apart` from the middle."""
    pupil = mix(colour, INK, 0.55)
    for side in (-1, 1):
        x = side * apart
        pen.ellipse(x, y, size, size * 1.28, paint=pupil)
        pen.ellipse(x, y + size * 0.45, size * 0.62, size * 0.6, paint=mix(colour, INK, 0.15))
        pen.ellipse(x + size * 0.3, y - size * 0.5, size * 0.36, paint=(255, 255, 255))
        pen.ellipse(x - size * 0.32, y + size * 0.5, size * 0.17, paint=(255, 255, 255))


def draw_brows(pen: Pen, colour: Colour, *, apart: float = 0.09, y: float = -0.735) -> None:
    """Draw two soft, friendly brows."""
    for side in (-1, 1):
        points = [(side * (apart - 0.034), y - 0.008), (side * apart, y - 0.018), (side * (apart + 0.036), y + 0.008)]
        pen.stroke(points, 0.012, darker(colour, 0.35))


def draw_cheeks(pen: Pen, skin: Colour, *, apart: float = 0.145, y: float = -0.605, size: float = 0.038) -> None:
    """Draw blushing cheeks, deeper on darker skin."""
    tint = mix(skin, BLUSH, 0.38 if brightness(skin) > 120 else 0.32)
    for side in (-1, 1):
        pen.ellipse(side * apart, y, size, size * 0.72, paint=tint)


def draw_smile(pen: Pen, skin: Colour, *, y: float = -0.585, width: float = 0.05, open_mouth: bool = False) -> None:
    """Draw a smile, closed or laughing."""
    ink = mix(darker(skin, 0.6), (120, 40, 40), 0.4)
    if open_mouth:
        pen.shape([(-width, y), (0, y + 0.012), (width, y), (width * 0.5, y + 0.042), (-width * 0.5, y + 0.042)], ink)
        pen.ellipse(0, y + 0.036, width * 0.42, 0.011, paint=(232, 118, 112))
        return
    pen.stroke([(-width, y - 0.008), (0, y + 0.022), (width, y - 0.008)], 0.013, ink)


def draw_nose(pen: Pen, skin: Colour, y: float = -0.628) -> None:
    """Draw a small human nose."""
    pen.ellipse(0, y, 0.019, 0.015, paint=mix(darker(skin, 0.12), BLUSH, 0.25))


def draw_muzzle(pen: Pen, light: Colour, *, rx: float = 0.095, ry: float = 0.07, y: float = -0.6) -> None:
    """Draw an animal's light muzzle with nose and mouth."""
    pen.ellipse(0, y, rx, ry, paint=light)
    pen.shape([(-0.032, y - 0.045), (0, y - 0.054), (0.032, y - 0.045), (0, y - 0.012)], INK)
    pen.ellipse(-0.01, y - 0.042, 0.009, 0.005, paint=lighter(INK, 0.45))
    for side in (-1, 1):
        points = [(0, y - 0.012), (side * 0.012, y + 0.016), (side * 0.042, y + 0.008)]
        pen.stroke(points, 0.011, INK)


def draw_glasses(pen: Pen, *, apart: float = 0.09, y: float = -0.662) -> None:
    """Draw round glasses."""
    for side in (-1, 1):
        pen.arc((side * apart, y), (0.062, 0.06), (0, 360), 0.012, GLASSES)
        pen.stroke([(side * (apart + 0.06), y), (side * 0.215, y - 0.02)], 0.011, GLASSES)
    pen.stroke([(-apart + 0.06, y - 0.008), (0, y - 0.02), (apart - 0.06, y - 0.008)], 0.011, GLASSES)
