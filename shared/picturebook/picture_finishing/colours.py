"""Converts a picture in any of Pillow's modes for browsers: upright, in sRGB, with alpha if it has transparency."""

from __future__ import annotations

import io
import logging

from PIL import Image, ImageCms, ImageOps

from picturebook.picture_checks import in_eight_bits, open_picture

_LOGGER = logging.getLogger(__name__)
_ALREADY = "sRGB"


def read_shrunk(content: bytes, longest: int) -> Image.Image:
    """Return an encoded picture as RGB or RGBA, 8 bits a channel, its longest side at most `longest` pixels.

    Raises ImageProcessingError when it cannot be decoded. The caller has checked that it fits into memory.
    """
    with open_picture(content) as picture:
        # In place, so that a picture is only copied if it must be rotated.
        ImageOps.exif_transpose(picture, in_place=True)
        profile = picture.info.get("icc_profile")
        small = shrink(picture if picture.mode == "CMYK" else in_eight_bits(picture), longest)
        small.load()
    return _in_srgb(small, profile)


def shrink(picture: Image.Image, longest: int) -> Image.Image:
    """Return the picture with its longest side at most `longest` pixels; never enlarged."""
    share = longest / max(picture.size)
    if share >= 1:
        return picture
    width, height = (max(1, round(side * share)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if picture.mode != "RGBA":
        return _without_profile(picture, profile)
    alpha = picture.getchannel("A")
    colours = _without_profile(picture.convert("RGB"), profile)
    if alpha.getextrema() != (255, 255):
        colours.putalpha(alpha)
    return colours


def _without_profile(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture as RGB in sRGB.

    If a profile cannot be used, that is logged and sRGB assumed, as browsers do. CMYK profiles are not used: no image
    model draws in CMYK, and Pillow's plain conversion is good enough.
    """
    if profile:
        try:
            return _by_profile(picture, profile)
        except (ImageCms.PyCMSError, OSError, ValueError) as error:
            _LOGGER.warning("A picture's colour profile cannot be used: %s", error)
    return picture.convert("RGB")


def _by_profile(picture: Image.Image, profile: bytes) -> Image.Image:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    space = str(source.profile.xcolor_space).strip()
    if space != "RGB" or picture.mode != "RGB":
        raise ValueError(f"it is for {space}, and the picture is {picture.mode}")
    if ImageCms.getProfileDescription(source).startswith(_ALREADY):
        return picture
    converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"))
    if converted is None:
        raise AssertionError("Pillow returns None only when it converts in place")
    return converted
