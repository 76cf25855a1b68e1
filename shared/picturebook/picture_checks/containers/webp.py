"""The chunks of a WebP. Sources: RFC 9649 (container, lossless), RFC 6386 9.1 (lossy)."""

from __future__ import annotations

from collections.abc import Iterator

from picturebook.picture_checks.containers.parts import MOST_PARTS, broken, check_ends, several_pictures

_HEAD = 12
_IMAGES = frozenset({b"VP8 ", b"VP8L"})
_ANIMATION = frozenset({b"ANIM", b"ANMF"})
_IS_ANIMATED = 0x02
_LOSSY_START = b"\x9d\x01\x2a"
_LOSSLESS_START = 0x2F
_FOURTEEN_BITS = 0x3FFF


def read_webp(content: bytes) -> tuple[int, int]:
    """Return width and height; see `read_container` for what is raised."""
    end = 8 + int.from_bytes(content[4:8], "little")
    if end > len(content):
        raise broken("webp", "it breaks off")
    check_ends(content, end, "webp")
    canvas: tuple[int, int] | None = None
    images: list[tuple[int, int]] = []
    for kind, body in _chunks(content, end):
        if kind in _ANIMATION or (kind == b"VP8X" and body[:1] and body[0] & _IS_ANIMATED):
            raise several_pictures("webp")
        if kind == b"VP8X":
            canvas = _canvas(body)
        if kind in _IMAGES:
            images.append(_lossy(body) if kind == b"VP8 " else _lossless(body))
    if len(images) != 1 or canvas not in (None, images[0]):
        raise broken("webp", "its parts do not fit together")
    return images[0]


def _chunks(content: bytes, end: int) -> Iterator[tuple[bytes, memoryview]]:
    whole = memoryview(content)
    start = _HEAD
    for _ in range(MOST_PARTS):
        if start == end:
            return
        length = int.from_bytes(content[start + 4 : start + 8], "little")
        if start + 8 + length > end:
            raise broken("webp", "it breaks off")
        yield content[start : start + 4], whole[start + 8 : start + 8 + length]
        start += 8 + length + length % 2  # an odd chunk is followed by one byte of padding
    raise broken("webp", "it has too many parts")


def _canvas(body: memoryview) -> tuple[int, int]:
    if len(body) < 10:
        raise broken("webp", "its header has another length")
    return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")


def _lossy(body: memoryview) -> tuple[int, int]:
    if len(body) < 10 or body[3:6] != _LOSSY_START:
        raise broken("webp", "its header is no picture's")
    width, height = (int.from_bytes(body[start : start + 2], "little") & _FOURTEEN_BITS for start in (6, 8))
    return width, height


def _lossless(body: memoryview) -> tuple[int, int]:
    if len(body) < 5 or body[0] != _LOSSLESS_START:
        raise broken("webp", "its header is no picture's")
    bits = int.from_bytes(body[1:5], "little")
    return 1 + (bits & _FOURTEEN_BITS), 1 + (bits >> 14 & _FOURTEEN_BITS)
