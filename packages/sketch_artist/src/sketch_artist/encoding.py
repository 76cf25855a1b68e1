"""Turns a finished picture into the bytes of a PNG, JPEG or WebP file."""

import io
from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True)
class Encoding:
    """How a picture is written to bytes.

    `output_format` is "png", "jpeg" or "webp". `compression` is the quality of JPEG and WebP, from 0 to 100 (100 keeps
    most); PNG ignores it. With `transparent` the characters and their things are drawn without a background; JPEG
    stores no transparency.
    """

    output_format: str = "png"
    compression: int = 100
    transparent: bool = False


def encode_picture(picture: Image.Image, encoding: Encoding) -> bytes:
    """Return the file's bytes. The settings prefer speed to size."""
    buffer = io.BytesIO()
    if encoding.output_format == "png":
        picture.save(buffer, "PNG", compress_level=2)
    elif encoding.output_format == "jpeg":
        picture.convert("RGB").save(buffer, "JPEG", quality=_quality(encoding), subsampling=0)
    else:
        picture.save(buffer, "WEBP", quality=_quality(encoding), method=1)
    return buffer.getvalue()


def _quality(encoding: Encoding) -> int:
    return max(5, min(95, encoding.compression))
