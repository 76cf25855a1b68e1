"""Recovers transparency from two drawings of one subject, on white and on black."""

from PIL import Image, ImageChops


def without_background(on_white: Image.Image, on_black: Image.Image) -> Image.Image:
    """Return an RGBA picture from two RGB drawings of equal size that differ only in their background.

    An opaque pixel is equal in both. The larger the difference, the more of the background shows through.
    """
    differences = ImageChops.difference(on_white, on_black).split()
    shown = ImageChops.lighter(ImageChops.lighter(differences[0], differences[1]), differences[2])
    alpha = ImageChops.invert(shown)
    return Image.merge("RGBa", (*on_black.split(), alpha)).convert("RGBA")
