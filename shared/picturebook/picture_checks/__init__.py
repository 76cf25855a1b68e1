"""Is this one picture, the one that was asked for, and is anything on it? Asked before a picture is published.

`containers` read a file's parts without decoding anything, `checks` asks the questions in their order, `looks` says
what is odd about a picture that may be published all the same. Nothing here knows stories, stores or services.
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
