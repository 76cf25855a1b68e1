"""Small files that decompress to very large ones."""

from __future__ import annotations

import struct
import zlib

from local.image_service.spoilt_pictures import png_chunk
from tests.picture_checks.files import encoded, motif, with_chunk

MEGABYTE = 1024 * 1024


def word_bomb() -> bytes:
    """Return a PNG whose text decompresses to 400 MB."""
    return with_chunk(b"zTXt", b"Comment\0\0" + _zeros(400), encoded(motif(size=(3840, 2160)), compress_level=1))


def pixel_bomb() -> bytes:
    """Return a PNG of some 400 kB that is a picture of 20,000 x 20,000 pixels."""
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0)
    parts = [png_chunk(b"IHDR", header), png_chunk(b"IDAT", _zeros(382)), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _zeros(megabytes: int) -> bytes:
    """Return that many megabytes of zeros, compressed, with an invalid checksum."""
    packer = zlib.compressobj(1)
    pieces = [packer.compress(bytes(MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2)]
    return pieces[0] + pieces[1] * (megabytes - 1) + packer.flush()
