"""What a file holds, read part by part without decoding any of it: one picture, all of it, and nothing else.

A file that is a picture and something else as well (a polyglot) is refused, because what looks at it next may see
the other thing. Provenance marks (C2PA: `caBX` in PNG, APP11 in JPEG, `C2PA` in WebP) are parts like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from picturebook.picture_checks.containers.jpeg import read_jpeg
from picturebook.picture_checks.containers.png import read_png
from picturebook.picture_checks.containers.webp import read_webp
from picturebook.picture_checks.formats import extension_of
from picturebook.picture_checks.refusal import unusable

_READERS: Mapping[str, Callable[[bytes], tuple[int, int]]] = {"png": read_png, "jpeg": read_jpeg, "webp": read_webp}


def read_container(content: bytes) -> tuple[int, int]:
    """Return width and height in pixels, as the header claims them, of a file that is wholly one still picture.

    Raises ImageProcessingError: `format_check` for other formats, `decode` for a file that breaks off or whose parts
    do not fit together, `polyglot_check` for one that goes on behind its picture, `animation_check` for several
    pictures in one, `bomb_check` for parts that swell.
    """
    extension = extension_of(content)
    reader = _READERS.get(extension)
    if reader is None:
        raise unusable("The answer is neither PNG, JPEG nor WebP", "format_check", extension)
    return reader(content)
