"""Draws a character sheet: the character alone, large, on a plain soft ground, with its paint strip."""

import random

from PIL import Image

from local.image_service.drawing.cast_on_stage import place_figure
from local.image_service.drawing.colours import lighter, mix
from local.image_service.drawing.figures.pose import STANDING
from local.image_service.drawing.light import HOURS
from local.image_service.drawing.look import Look
from local.image_service.drawing.stage import Stage

LOWEST_FOOT = 0.83  # the paint strip lies below
# A portrait's figure is so much larger, and stands so far below, that its head and shoulders fill the sheet.
CLOSER, LOWER = 1.75, 0.62


def draw_sheet(
    canvas: Image.Image, look: Look, rng: random.Random, *, ground: bool = True, portrait: bool = False
) -> None:
    """Draw the figure, or its head and shoulders, on soft paper or on nothing.

    `sheet_strip` adds the strip at the final size.
    """
    stage = Stage(canvas, HOURS["day"], rng)
    paper = lighter(mix(look.outfit, (246, 236, 218), 0.72), 0.35)
    x, y = stage.width / 2, stage.height * LOWEST_FOOT
    size = min(stage.height * 0.67, stage.width * 0.8)
    if portrait:
        y, size = y + LOWER * size, CLOSER * size
    if ground:
        stage.fade(0, stage.height, (lighter(paper, 0.35), paper))
        stage.glow(x, y - size * 0.5, size * 0.95, (255, 255, 255), 0.8)
        stage.pen.ellipse(x, y, size * 0.5, size * 0.06, paint=mix(paper, (150, 120, 120), 0.18))
    place_figure(stage, look, STANDING, (x, y, size))
