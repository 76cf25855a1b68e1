"""The chunks of a PNG. Source: PNG specification (third edition), 5 and 11; APNG's chunks are in it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from picturebook.picture_checks.containers.parts import MOST_PARTS, broken, check_ends, several_pictures
from picturebook.picture_checks.refusal import unusable

_SIGNATURE = 8
_AROUND_CHUNK = 12  # length, type and checksum
_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_ANIMATION = frozenset({b"acTL", b"fcTL", b"fdAT"})
# What all compressed words and profiles of one file may come to. Pillow takes 1 MiB in one chunk, and profiles of
# screens, the largest that are in use, have some hundred KiB.
_MOST_UNPACKED = 1024 * 1024


def read_png(content: bytes) -> tuple[int, int]:
    """Return width and height; see `read_container` for what is raised."""
    dimensions: tuple[int, int] | None = None
    unpacked = 0
    for kind, body in _chunks(content):
        if kind in _ANIMATION:
            raise several_pictures("png")
        if (kind == b"IHDR") != (dimensions is None):
            raise broken("png", "its header is not the first and only one")
        if kind == b"IHDR":
            dimensions = _dimensions(body)
        unpacked += _swell(kind, body, _MOST_UNPACKED - unpacked)
    if dimensions is None:
        raise broken("png", "it has no header")
    return dimensions


def _chunks(content: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Yield type and body of each chunk, up to the last one, and see that nothing comes behind it."""
    whole = memoryview(content)
    start = _SIGNATURE
    for _ in range(MOST_PARTS):
        head = content[start : start + 8]
        if len(head) < 8:
            raise broken("png", "it breaks off")
        length, kind = struct.unpack(">I4s", head)
        end = start + _AROUND_CHUNK + length
        if end > len(content):
            raise broken("png", "it breaks off")
        # By the case of its first letter a chunk says that nobody may leave it out who does not know it.
        if not kind.isalpha() or (kind[:1].isupper() and kind not in _CRITICAL):
            raise broken("png", "it has a part that nobody knows")
        yield kind, whole[start + 8 : end - 4]
        start = end
        if kind == b"IEND":
            check_ends(content, end, "png")
            return
    raise broken("png", "it has too many parts")


def _dimensions(header: memoryview) -> tuple[int, int]:
    if len(header) != 13:
        raise broken("png", "its header has another length")
    width, height = struct.unpack(">II", header[:8])
    return width, height


def _swell(kind: bytes, body: memoryview, most: int) -> int:
    """Return to how many bytes a chunk's compressed part comes, 0 for chunks without; stop at `most`."""
    packed = _packed_part(kind, body)
    if packed is None:
        return 0
    try:
        length = len(zlib.decompressobj().decompress(packed, most + 1))
    except zlib.error:
        return 0  # unreadable words are no danger; whoever reads them says so
    if length > most:
        raise unusable(f"The picture's {kind.decode()} swells to more than we take", "bomb_check", "png")
    return length


def _packed_part(kind: bytes, body: memoryview) -> bytes | None:
    """Return the zlib stream of iCCP, zTXt and compressed iTXt chunks."""
    if kind not in {b"iCCP", b"zTXt", b"iTXt"}:
        return None
    _, _, rest = bytes(body).partition(b"\0")
    if kind != b"iTXt":
        return rest[1:]  # behind the method
    is_packed, words = rest[:1] == b"\x01", rest[2:]
    return words.split(b"\0", 2)[-1] if is_packed else None  # behind the language and its keyword
