"""Checks a picture before it is published: that the file is one picture, as requested, and not blank.

`containers` reads a file's parts without decoding, `checks` runs the checks in order, `visual_scores` finds defects
that do not prevent publication. Nothing here knows stories, stores or services.
"""

from picturebook.picture_checks.checks import MOST_PIXELS, CheckedPicture, check_fits, check_picture
from picturebook.picture_checks.decoding import in_eight_bits, open_picture
from picturebook.picture_checks.formats import extension_of, media_type_of

__all__ = [
    "MOST_PIXELS",
    "CheckedPicture",
    "check_fits",
    "check_picture",
    "extension_of",
    "in_eight_bits",
    "media_type_of",
    "open_picture",
]
