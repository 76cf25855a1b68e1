"""Common to the three formats: errors for inconsistent parts, and the check that nothing follows the picture's end."""

from __future__ import annotations

from picturebook.errors import ImageProcessingError
from picturebook.picture_checks.refusal import unusable

# A picture of 33 MB in the 8 KiB chunks that libpng writes has about 4,000 parts; more than this is an attack.
MOST_PARTS = 65_536


def broken(extension: str, how: str) -> ImageProcessingError:
    """Return the error for a truncated or inconsistent file."""
    return unusable(f"The picture cannot be decoded: {how}", "decode", extension)


def several_pictures(extension: str) -> ImageProcessingError:
    """Return the error for an animation, or a file of several pictures."""
    return unusable("The file holds several pictures or an animation", "animation_check", extension)


def check_ends(content: bytes, end: int, extension: str) -> None:
    """Raise `polyglot_check` if data follows the picture's end at byte `end`."""
    if len(content) > end:
        message = f"{len(content) - end} bytes follow behind the picture's end: the file is something else too"
        raise unusable(message, "polyglot_check", extension)
