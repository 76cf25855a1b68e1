"""Turns a finished picture into PNG, JPEG or WebP bytes."""

import io
from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True)
class Encoding:
    """Format, compression level (0-100, 100 keeps most) and whether the background is left out."""

    output_format: str = "png"
    compression: int = 100
    transparent: bool = False


def encode_picture(picture: Image.Image, encoding: Encoding) -> bytes:
    """Return the file's bytes. Fast settings: the service stands in for minutes of GPU time, not for an archive."""
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
