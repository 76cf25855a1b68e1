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
# The limit of all compressed texts and profiles of one file, decompressed. Pillow accepts 1 MiB in one chunk, and the
# largest profiles in use, those of screens, have some hundred KiB.
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
    """Yield type and body of each chunk, and check that nothing follows the last one."""
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
        # An upper-case first letter means that a decoder must understand the chunk.
        if not kind.isalpha() or (kind[:1].isupper() and kind not in _CRITICAL):
            raise broken("png", "it has an unknown part")
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
    """Return the decompressed size of a chunk in bytes, 0 for chunks without compression; raise above `most`."""
    packed = _packed_part(kind, body)
    if packed is None:
        return 0
    try:
        length = len(zlib.decompressobj().decompress(packed, most + 1))
    except zlib.error:
        return 0  # unreadable text is harmless here; Pillow reports it
    if length > most:
        raise unusable(f"The picture's {kind.decode()} decompresses to more than we accept", "bomb_check", "png")
    return length


def _packed_part(kind: bytes, body: memoryview) -> bytes | None:
    """Return the zlib stream of iCCP, zTXt and compressed iTXt chunks."""
    if kind not in {b"iCCP", b"zTXt", b"iTXt"}:
        return None
    _, _, rest = bytes(body).partition(b"\0")
    if kind != b"iTXt":
        return rest[1:]  # after the compression method
    is_packed, text = rest[:1] == b"\x01", rest[2:]
    return text.split(b"\0", 2)[-1] if is_packed else None  # after language tag and translated keyword
