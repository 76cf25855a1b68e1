"""The segments of a JPEG. Source: ITU-T T.81, annex B; several pictures in one file: CIPA DC-007 (MPF)."""

from __future__ import annotations

import re

from picturebook.picture_checks.containers.parts import MOST_PARTS, broken, check_ends, several_pictures

_SOI, _EOI, _SOS, _APP2 = 0xD8, 0xD9, 0xDA, 0xE2
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
# In a picture's data FF is followed by 00 (a literal FF), by a restart marker, or by more FF.
_NEXT_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]", re.DOTALL)


def read_jpeg(content: bytes) -> tuple[int, int]:
    """Return width and height; see `read_container` for what is raised."""
    dimensions: tuple[int, int] | None = None
    at = 2
    for _ in range(MOST_PARTS):
        marker, at = _marker(content, at)
        if marker == _EOI:
            if dimensions is None:
                raise broken("jpeg", "it has no header")
            check_ends(content, at, "jpeg")
            return dimensions
        if marker == _SOI:
            raise several_pictures("jpeg")
        if marker in _ALONE:
            continue
        segment, at = _segment(content, at)
        if marker in _FRAMES:
            if dimensions is not None:
                raise broken("jpeg", "it has two headers")
            dimensions = _dimensions(segment)
        if marker == _APP2 and segment.startswith(b"MPF\0"):
            raise several_pictures("jpeg")
        if marker == _SOS:
            at = _end_of_data(content, at)
    raise broken("jpeg", "it has too many parts")


def _marker(content: bytes, at: int) -> tuple[int, int]:
    """Return the marker at byte `at` and where it ends; FF may be repeated before it."""
    start = at
    while content[at : at + 1] == b"\xff" and at - start < MOST_PARTS:
        at += 1
    if at >= len(content):
        raise broken("jpeg", "it breaks off")
    if at == start:
        raise broken("jpeg", "its parts do not fit together")
    return content[at], at + 1


def _segment(content: bytes, at: int) -> tuple[bytes, int]:
    length = int.from_bytes(content[at : at + 2], "big")
    end = at + length
    if length < 2 or end > len(content):
        raise broken("jpeg", "it breaks off")
    return content[at + 2 : end], end


def _dimensions(frame: bytes) -> tuple[int, int]:
    if len(frame) < 6:
        raise broken("jpeg", "its header has another length")
    return int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big")


def _end_of_data(content: bytes, at: int) -> int:
    found = _NEXT_MARKER.search(content, at)
    if found is None:
        raise broken("jpeg", "it breaks off")
    return found.start()
