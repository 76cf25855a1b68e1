"""Smooth edges by supersampling: pictures are drawn larger than asked for, then reduced."""

from PIL import Image

MEGAPIXEL = 1_000_000


def drawing_size(width: int, height: int) -> tuple[int, int]:
    """Return how large to draw, in pixels, for a picture of `width` x `height`.

    That is twice the size, and less for pictures above 2.6 megapixels, which bounds memory and time.
    """
    pixels = width * height / MEGAPIXEL
    factor = 2.0 if pixels <= 2.6 else max(1.3, 2.0 - 0.11 * (pixels - 2.6))
    return round(width * factor), round(height * factor)


def to_size(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the enlarged drawing at the picture's size (pixels)."""
    if image.width == 2 * size[0] and image.height == 2 * size[1]:
        return image.reduce(2)
    return image.resize(size, Image.Resampling.BOX if image.width > size[0] else Image.Resampling.BICUBIC)
