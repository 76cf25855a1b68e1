"""The questions, in their order: what costs nothing comes first, and nothing is decoded before its header was read.

What is refused stops a publication; what is only odd is a finding, and goes out with the picture.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from PIL import Image

from picturebook.picture_checks.containers import read_container
from picturebook.picture_checks.decoding import in_eight_bits, open_picture
from picturebook.picture_checks.formats import extension_of, media_type_of
from picturebook.picture_checks.looks import find_odd_looks, score_looks
from picturebook.picture_checks.refusal import unusable

_MOST_BYTES = 64 * 1024 * 1024
# A tenth above the largest size that any model in the catalogue draws.
MOST_PIXELS = 9_200_000
# Of 256 levels: less than this between the darkest and the lightest points, in every channel, is a blank sheet.
_LEAST_CONTRAST = 6
# The share of points that are left out at either end: a stray one makes no picture.
_STRAY_SHARE = 0.0002


@dataclass(frozen=True, slots=True)
class CheckedPicture:
    """What the check found: the true media type, width and height in pixels, and how it looks.

    `scores` go from 0 to 100, 100 is good: `contrast` (parts stand out from what is around them) and `border` (the
    share of the picture that no frame covers). `findings` are `nearly_uniform` and `border`.
    """

    media_type: str
    width: int
    height: int
    scores: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    findings: tuple[str, ...] = ()


def check_fits(content: bytes) -> tuple[int, int]:
    """Return width and height in pixels of a file that may be decoded: one picture, and no larger than we take.

    Raises ImageProcessingError whose `operation` names the check that failed. Decodes nothing.
    """
    extension = extension_of(content)
    if len(content) > _MOST_BYTES:
        raise unusable(f"The picture has {len(content)} bytes, more than we take", "size_check", extension)
    width, height = read_container(content)
    if width * height > MOST_PIXELS:
        raise unusable(f"The picture claims {width}x{height} pixels, more than we decode", "size_check", extension)
    return width, height


def check_picture(content: bytes, *, size: str | None, plain_background: bool = False) -> CheckedPicture:
    """Check an encoded picture that was asked for as `WIDTHxHEIGHT`, or in no size; some 50 ms of a core at 1024x1024.

    With `plain_background`, as character sheets have one, a light frame is no finding. Raises ImageProcessingError
    whose `operation` names the check that failed.
    """
    width, height = check_fits(content)
    found = f"{width}x{height}"
    extension = extension_of(content)
    if size and found != size:
        raise unusable(f"The picture is {found} where {size} was asked for", "size_check", extension)
    with open_picture(content) as picture:
        if picture.size != (width, height):
            raise unusable("The picture's header contradicts itself", "decode", extension)
        plain = in_eight_bits(picture)
        _check_not_blank(plain, extension)
        scores = score_looks(plain, plain_background=plain_background)
    return CheckedPicture(media_type_of(content), width, height, MappingProxyType(scores), find_odd_looks(scores))


def _check_not_blank(picture: Image.Image, extension: str) -> None:
    # Premultiplied, because what is transparent is not seen, whatever its colour.
    counts = (picture.convert("RGBa") if picture.mode == "RGBA" else picture).histogram()
    channels = [counts[start : start + 256] for start in range(0, len(counts), 256)]
    if max(_contrast(channel) for channel in channels) < _LEAST_CONTRAST:
        raise unusable("The picture is blank", "blank_check", extension)


def _contrast(counts: list[int]) -> int:
    stray = _STRAY_SHARE * sum(counts)
    return _level_above(reversed(counts), stray, 255, -1) - _level_above(counts, stray, 0, 1)


def _level_above(counts: Iterable[int], stray: float, level: int, step: int) -> int:
    """Return the first level, from `level` on, up to which more than `stray` points lie."""
    for total in itertools.accumulate(counts):
        if total > stray:
            break
        level += step
    return level
