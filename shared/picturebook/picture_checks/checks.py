"""Runs the checks in order: cheap ones first, and nothing is decoded before its header was checked.

A failed check prevents publication; a finding is published with the picture.
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
from picturebook.picture_checks.refusal import unusable
from picturebook.picture_checks.visual_scores import visual_findings, visual_scores

_MOST_BYTES = 64 * 1024 * 1024
# A tenth above the largest size of any model in the catalogue.
MOST_PIXELS = 9_200_000
# Of 256 levels: a picture is blank if its darkest and lightest pixels differ by less than this in every channel.
_LEAST_CONTRAST = 6
# The share of pixels at either end that are ignored, so that stray pixels do not count.
_STRAY_SHARE = 0.0002


@dataclass(frozen=True, slots=True)
class CheckedPicture:
    """The result of the checks: the true media type, width and height in pixels, scores and findings.

    `scores` go from 0 to 100 (good): `contrast` (parts differ from their surroundings) and `border` (the share of the
    picture that no frame covers). Possible `findings` are `nearly_uniform` and `border`.
    """

    media_type: str
    width: int
    height: int
    scores: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    findings: tuple[str, ...] = ()


def check_fits(content: bytes) -> tuple[int, int]:
    """Return width and height in pixels of a file that may be decoded: one picture, within the size limits.

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
    """Check an encoded picture that was requested in `size`, `WIDTHxHEIGHT` or None; about 50 ms of CPU at 1024x1024.

    With `plain_background`, for character sheets, a light frame is no finding. Raises ImageProcessingError whose
    `operation` names the check that failed.
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
        scores = visual_scores(plain, plain_background=plain_background)
    return CheckedPicture(media_type_of(content), width, height, MappingProxyType(scores), visual_findings(scores))


def _check_not_blank(picture: Image.Image, extension: str) -> None:
    # Premultiplied, because transparent pixels are invisible in any colour.
    counts = (picture.convert("RGBa") if picture.mode == "RGBA" else picture).histogram()
    channels = [counts[start : start + 256] for start in range(0, len(counts), 256)]
    if max(_contrast(channel) for channel in channels) < _LEAST_CONTRAST:
        raise unusable("The picture is blank", "blank_check", extension)


def _contrast(counts: list[int]) -> int:
    stray = _STRAY_SHARE * sum(counts)
    return _level_above(reversed(counts), stray, 255, -1) - _level_above(counts, stray, 0, 1)


def _level_above(counts: Iterable[int], stray: float, level: int, step: int) -> int:
    """Return the first level, starting at `level`, up to which there are more than `stray` pixels."""
    for total in itertools.accumulate(counts):
        if total > stray:
            break
        level += step
    return level
