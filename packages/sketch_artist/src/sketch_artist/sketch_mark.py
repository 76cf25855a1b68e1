"""The mark of a sketch: a small pencil in the lower right corner, which no picture of a model carries."""

from PIL import Image

from sketch_artist.pen import Pen


def draw_sketch_mark(picture: Image.Image) -> None:
    """Draw the pencil and its scribble on a pale disc, about a twentieth of the shorter side."""
    size = min(picture.size)
    pen = Pen(picture, (picture.width - 0.045 * size, picture.height - 0.045 * size), 0.03 * size)
    pen.ellipse(0, 0, 1, paint=(255, 250, 240))
    pen.stroke([(-0.55, 0.52), (-0.25, 0.4), (-0.05, 0.6), (0.25, 0.44), (0.5, 0.55)], 0.09, (120, 106, 120))
    pencil = pen.at(0.02, 0.0, turn=40)
    pencil.box(-0.15, -0.75, 0.15, 0.2, (244, 190, 78))
    pencil.box(0.03, -0.75, 0.15, 0.2, (222, 160, 58))
    pencil.box(-0.15, -0.78, 0.15, -0.6, (232, 132, 132))
    pencil.polygon([(-0.15, 0.2), (0.15, 0.2), (0, 0.52)], (250, 226, 190))
    pencil.polygon([(-0.06, 0.39), (0.06, 0.39), (0, 0.52)], (58, 50, 66))
