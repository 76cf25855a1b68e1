"""Opens a picture's bytes, and brings any of Pillow's modes into 8 bits per channel."""

from __future__ import annotations

import io
from collections.abc import Generator
from contextlib import contextmanager

from PIL import Image, UnidentifiedImageError

from picturebook.picture_checks.formats import extension_of
from picturebook.picture_checks.refusal import unusable


@contextmanager
def open_picture(content: bytes) -> Generator[Image.Image]:
    """Open a picture of our three formats, its points not decoded yet.

    Raises ImageProcessingError (`decode`), at opening and wherever the block finds that it cannot be decoded.
    """
    extension = extension_of(content)
    try:
        with Image.open(io.BytesIO(content), formats=[extension.upper()]) as picture:
            yield picture
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise unusable("The picture cannot be decoded", "decode", extension) from error


def in_eight_bits(picture: Image.Image) -> Image.Image:
    """Return the picture as RGB, or as RGBA where parts of it are transparent; the very one if it is that already."""
    if picture.mode.startswith("I"):
        picture = picture.convert("I").point(lambda level: level / 256).convert("L")
    wanted = "RGBA" if picture.has_transparency_data else "RGB"
    return picture if picture.mode == wanted else picture.convert(wanted)
