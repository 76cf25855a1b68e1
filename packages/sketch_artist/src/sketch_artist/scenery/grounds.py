"""The parts that landscapes share: colours of the ground, far hills, and a path."""

from sketch_artist.canvas import Canvas
from sketch_artist.colours import Colour, darker, mix

GRASS: Colour = (142, 184, 104)
FOREST_FLOOR: Colour = (120, 150, 92)
SAND: Colour = (240, 216, 168)
SEA: Colour = (84, 158, 180)
SNOWY: Colour = (232, 240, 248)
ROCK: Colour = (150, 150, 168)


def ground_of(colour: Colour, weather: str) -> Colour:
    """Return the ground's colour in that weather."""
    if weather == "snow":
        return mix(colour, SNOWY, 0.88)
    return mix(colour, (214, 166, 88), 0.35) if weather == "autumn" else colour


def draw_far_hills(canvas: Canvas, weather: str) -> None:
    """Draw two rows of hazy hills."""
    far = ground_of((126, 168, 150), weather)
    canvas.ridge(canvas.height * 0.5, 0.05, far, depth=0.68, bumps=4)
    canvas.ridge(canvas.height * 0.57, 0.04, darker(far, 0.08), depth=0.5, bumps=5)


def draw_path(canvas: Canvas, ground: Colour) -> None:
    """Draw a path from the ground's edge to the viewer."""
    x, h = canvas.width * 0.5, canvas.height
    paint = canvas.light.on(mix(ground, (236, 214, 176), 0.65))
    canvas.pen.shape(
        [
            (x - 0.02, h * 0.775),
            (x + 0.02, h * 0.775),
            (x + 0.14, h * 0.87),
            (x + 0.34, h * 1.02),
            (x - 0.3, h * 1.02),
            (x + 0.0, h * 0.86),
        ],
        paint,
    )
