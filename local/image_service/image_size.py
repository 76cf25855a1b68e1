"""Decides which picture sizes a model draws."""

import re

from local.image_service.api_errors import ApiError, invalid_value
from local.image_service.provider_models import ImageModel


def resolve_size(model: ImageModel, size: str, *, auto: str) -> tuple[int, int]:
    """Return width and height in pixels; raises `ApiError` 400, which names the sizes that the model accepts.

    `auto` is the size ("WIDTHxHEIGHT") that stands for "auto".
    """
    wanted = auto if size == "auto" else size
    match = re.fullmatch(r"([1-9]\d{0,4})x([1-9]\d{0,4})", wanted)
    if match is None:
        raise _refused(size, "Expected 'auto' or 'WIDTHxHEIGHT' in pixels")
    width, height = int(match[1]), int(match[2])
    if "sizes" in model.family:
        if wanted not in model.family["sizes"]:
            raise _refused(size, f"Supported sizes are {', '.join(model.family['sizes'])}, and auto")
    else:
        _check_free_size(model, size, width, height)
    return width, height


def _check_free_size(model: ImageModel, size: str, width: int, height: int) -> None:
    rules = model.family
    if width % rules["multiple_of"] or height % rules["multiple_of"]:
        raise _refused(size, f"Width and height must both be divisible by {rules['multiple_of']}")
    if max(width, height) > rules["max_edge"]:
        raise _refused(size, f"The longest edge must not exceed {rules['max_edge']} pixels")
    if max(width, height) > rules["max_ratio"] * min(width, height):
        raise _refused(size, "The aspect ratio must be between 1:3 and 3:1")
    if width * height < rules["min_pixels"]:
        raise _refused(size, f"Requested resolution is below the minimum of {rules['min_pixels']:,} pixels")
    if width * height > rules["max_pixels"]:
        raise _refused(size, f"Requested resolution is above the maximum of {rules['max_pixels']:,} pixels")


def _refused(size: str, why: str) -> ApiError:
    return invalid_value("size", f"Invalid size '{size}'. {why}.")
