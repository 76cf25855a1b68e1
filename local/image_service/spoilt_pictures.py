"""Picture files that a client must refuse: what a broken or hostile service might answer."""

import functools
import io
import struct
import zipfile
import zlib

from PIL import Image

# Zeros compress to a thousandth of their length.
_SWOLLEN = 16 * 1024 * 1024
_FIFTY_MEGAPIXELS = (8192, 6144)
_BEFORE_END = 12  # length of the IEND chunk, PNG's last one


def polyglot(picture: bytes) -> bytes:
    """Return the picture followed by a ZIP archive: programs that read a file from its end find the archive."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.html", "<script>alert(1)</script>")
    return picture + archive.getvalue()


def swelling(picture: bytes) -> bytes:
    """Return the PNG with a compressed text chunk that a reader would inflate to 16 MiB."""
    words = b"Comment\0\0" + _packed_zeros()
    return picture[:-_BEFORE_END] + png_chunk(b"zTXt", words) + picture[-_BEFORE_END:]


def gif(picture: bytes) -> bytes:
    """Return the picture as GIF, a format that no request can ask for."""
    encoded = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").resize((64, 64)).save(encoded, "GIF")
    return encoded.getvalue()


@functools.cache
def fifty_megapixels() -> bytes:
    """Return a valid PNG of 8192x6144 pixels, black and white, a few kB long."""
    image = Image.new("1", _FIFTY_MEGAPIXELS)
    image.paste(1, (0, 0, 4096, 6144))
    encoded = io.BytesIO()
    image.save(encoded, "PNG", compress_level=1)
    return encoded.getvalue()


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """Return one PNG chunk: length, type, body and checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@functools.cache
def _packed_zeros() -> bytes:
    return zlib.compress(bytes(_SWOLLEN), 1)
