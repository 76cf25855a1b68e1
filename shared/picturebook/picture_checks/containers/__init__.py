"""Checks, part by part and without decoding, that a file holds exactly one complete picture and nothing else.

A file that is a picture and something else as well (a polyglot) is refused, because another program may interpret it as
the other thing. Provenance metadata (C2PA: `caBX` in PNG, APP11 in JPEG, `C2PA` in WebP) is accepted.
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
    """Return width and height in pixels, as in the header, of a file that is exactly one still picture.

    Raises ImageProcessingError: `format_check` for other formats, `decode` for a truncated or inconsistent file,
    `polyglot_check` for data after the picture's end, `animation_check` for several pictures in one file, `bomb_check`
    for metadata that decompresses to too much.
    """
    extension = extension_of(content)
    reader = _READERS.get(extension)
    if reader is None:
        raise unusable("The answer is neither PNG, JPEG nor WebP", "format_check", extension)
    return reader(content)
