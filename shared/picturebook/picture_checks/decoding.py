"""Opens encoded pictures, and converts any of Pillow's modes to 8 bits per channel."""

from __future__ import annotations

import io
from collections.abc import Generator
from contextlib import contextmanager

from PIL import Image, UnidentifiedImageError

from picturebook.picture_checks.formats import extension_of
from picturebook.picture_checks.refusal import unusable


@contextmanager
def open_picture(content: bytes) -> Generator[Image.Image]:
    """Open a PNG, JPEG or WebP, whose pixels are not decoded yet.

    Raises ImageProcessingError (`decode`), on opening or when the block fails to decode it.
    """
    extension = extension_of(content)
    try:
        with Image.open(io.BytesIO(content), formats=[extension.upper()]) as picture:
            yield picture
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise unusable("The picture cannot be decoded", "decode", extension) from error


def in_eight_bits(picture: Image.Image) -> Image.Image:
    """Return the picture as RGB, or as RGBA if it has transparency; the same object if it already is."""
    if picture.mode.startswith("I"):
        picture = picture.convert("I").point(lambda level: level / 256).convert("L")
    wanted = "RGBA" if picture.has_transparency_data else "RGB"
    return picture if picture.mode == wanted else picture.convert(wanted)
