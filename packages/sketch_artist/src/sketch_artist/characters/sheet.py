"""Draws a character sheet: the character alone, large, on a plain soft ground, with its colour strip."""

import random

from PIL import Image

from sketch_artist.appearance import Appearance
from sketch_artist.canvas import Canvas
from sketch_artist.characters.placement import place_figure
from sketch_artist.colours import lighter, mix
from sketch_artist.figures.pose import STANDING
from sketch_artist.light import HOURS

LOWEST_FOOT = 0.83  # share of the height; the strip lies below
# A portrait enlarges the figure and moves it down (in its heights), so that head and shoulders fill the sheet.
CLOSER, LOWER = 1.75, 0.62


def draw_sheet(
    image: Image.Image, appearance: Appearance, rng: random.Random, *, ground: bool = True, portrait: bool = False
) -> None:
    """Draw the figure (with `portrait` its head and shoulders), and with `ground` the paper behind it.

    `sheet_strip` draws the strip later, at the final size.
    """
    canvas = Canvas(image, HOURS["day"], rng)
    paper = lighter(mix(appearance.outfit, (246, 236, 218), 0.72), 0.35)
    x, y = canvas.width / 2, canvas.height * LOWEST_FOOT
    size = min(canvas.height * 0.67, canvas.width * 0.8)
    if portrait:
        y, size = y + LOWER * size, CLOSER * size
    if ground:
        canvas.fade(0, canvas.height, (lighter(paper, 0.35), paper))
        canvas.glow(x, y - size * 0.5, size * 0.95, (255, 255, 255), 0.8)
        canvas.pen.ellipse(x, y, size * 0.5, size * 0.06, paint=mix(paper, (150, 120, 120), 0.18))
    place_figure(canvas, appearance, STANDING, (x, y, size))
