"""Is this a picture, the one that was asked for, and is anything on it? Asked before a picture is published.

Format and size come from the first bytes, before anything is decoded; decoding then has a bound.
Sources: PNG specification 5.2, JFIF 1.02, RFC 9649 (WebP).
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from picturebook.errors import ImageProcessingError

_MOST_BYTES = 64 * 1024 * 1024
# A tenth above the largest size that any model in the catalogue draws.
_MOST_PIXELS = 9_200_000
# Of 256 levels: less than this between the darkest and the lightest points, in every channel, is a blank sheet.
_LEAST_CONTRAST = 6
# The share of points that are left out at either end: a stray one makes no picture.
_STRAY_SHARE = 0.0002
_MAGIC = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}


@dataclass(frozen=True, slots=True)
class CheckedPicture:
    """What the check found: the true media type, and width and height in pixels."""

    media_type: str
    width: int
    height: int


def extension_of(content: bytes) -> str:
    """Return `png`, `jpeg` or `webp` by the first bytes, `bin` for everything else."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return next((name for magic, name in _MAGIC.items() if content.startswith(magic)), "bin")


def media_type_of(content: bytes) -> str:
    """Return the true media type by the first bytes."""
    extension = extension_of(content)
    return "application/octet-stream" if extension == "bin" else f"image/{extension}"


def check_picture(content: bytes, *, size: str | None) -> CheckedPicture:
    """Check an encoded picture that was asked for as `WIDTHxHEIGHT`, or in no size; some 20 ms of a core at 1024x1024.

    Raises ImageProcessingError whose `operation` names the check that failed.
    """
    extension = extension_of(content)
    if extension == "bin":
        raise _unusable("The answer is neither PNG, JPEG nor WebP", "format_check", extension)
    if len(content) > _MOST_BYTES:
        raise _unusable(f"The picture has {len(content)} bytes, more than we take", "size_check", extension)
    try:
        with Image.open(io.BytesIO(content), formats=[extension.upper()]) as picture:
            _check_dimensions(picture, size, extension)
            _check_not_blank(picture, extension)
            return CheckedPicture(media_type_of(content), picture.width, picture.height)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _unusable("The picture cannot be decoded", "decode", extension) from error


def _check_dimensions(picture: Image.Image, size: str | None, extension: str) -> None:
    found = f"{picture.width}x{picture.height}"
    if picture.width * picture.height > _MOST_PIXELS:
        raise _unusable(f"The picture claims {found} pixels, more than we decode", "size_check", extension)
    if size and found != size:
        raise _unusable(f"The picture is {found} where {size} was asked for", "size_check", extension)


def _check_not_blank(picture: Image.Image, extension: str) -> None:
    # Premultiplied, because what is transparent is not seen, whatever its colour.
    visible = picture.convert("RGBA").convert("RGBa") if picture.has_transparency_data else picture.convert("RGB")
    contrast = max(_contrast(channel) for channel in visible.split())
    if contrast < _LEAST_CONTRAST:
        raise _unusable("The picture is blank", "blank_check", extension)


def _contrast(channel: Image.Image) -> int:
    counts = channel.histogram()
    stray = _STRAY_SHARE * sum(counts)
    return _level_above(reversed(counts), stray, 255, -1) - _level_above(counts, stray, 0, 1)


def _level_above(counts: Iterable[int], stray: float, level: int, step: int) -> int:
    """Return the first level, from `level` on, up to which more than `stray` points lie."""
    for total in itertools.accumulate(counts):
        if total > stray:
            break
        level += step
    return level


def _unusable(message: str, operation: str, extension: str) -> ImageProcessingError:
    return ImageProcessingError(message, operation, extension, details={"billed": True})
