"""What the three formats have in common: parts that must fit together, and an end behind which nothing comes."""

from __future__ import annotations

from picturebook.errors import ImageProcessingError
from picturebook.picture_checks.refusal import unusable

# A picture of 33 MB in the 8 KiB pieces that libpng writes has some 4,000 parts; more than this is there to be slow.
MOST_PARTS = 65_536


def broken(extension: str, how: str) -> ImageProcessingError:
    """Return the error for a file whose parts do not fit together."""
    return unusable(f"The picture cannot be decoded: {how}", "decode", extension)


def several_pictures(extension: str) -> ImageProcessingError:
    """Return the error for an animation, or a file of several pictures."""
    return unusable("The file holds several pictures or an animation", "animation_check", extension)


def check_ends(content: bytes, end: int, extension: str) -> None:
    """Raise `polyglot_check` when anything comes behind the picture's end at byte `end`."""
    if len(content) > end:
        message = f"{len(content) - end} bytes follow behind the picture's end: the file is something else too"
        raise unusable(message, "polyglot_check", extension)
